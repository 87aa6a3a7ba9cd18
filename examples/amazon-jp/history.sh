#!/usr/bin/env bash
# Makes a repository of this example with a past: `./history.sh DIR`. The first commit has former definitions and targets,
# each later one changes one of them, and the last is the example as it lies here. Names, days and messages are fixed, so
# the same example gives the same commits everywhere. Needs Git and Perl.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
to=${1:?the folder of the new repository}
mkdir -p "$to"
to=$(cd "$to" && pwd)
cp -R "$here/." "$to/"
rm -rf "$to/.kpress" "$to/public" "$to/.git"
cd "$to"
printf '%s\n' .kpress/ public/ >.gitignore

days=() who=() why=() files=() olds=() news=()
# DAY WHO WHY FILE, then what stood there and what stands there now. Changes of one message are one commit.
change() {
  days+=("$1") who+=("$2") why+=("$3") files+=("$4") olds+=("$5") news+=("$6")
}
# Replaces a text that must be there once.
replace() {
  FROM=$2 TO=$3 perl -0777 -pi -e '$n += s/\Q$ENV{FROM}\E/$ENV{TO}/g; END { $? = 1 if $n != 1 }' "$1" ||
    { echo "$1: not once: $2" >&2; exit 1; }
}
commit() {
  git add -A
  GIT_AUTHOR_NAME=$2 GIT_AUTHOR_EMAIL=kpi@example.com GIT_AUTHOR_DATE="$1T10:00:00+09:00" \
    GIT_COMMITTER_NAME=$2 GIT_COMMITTER_EMAIL=kpi@example.com GIT_COMMITTER_DATE="$1T10:00:00+09:00" \
    git commit -q -m "$3"
}

year=targets/fy2025.yaml
change 2025-04-21 'Mizuki Sato' 'Raise the sales target: the lamp of jp3 is listed' $year \
  'value: 144_000_000' 'value: 148_000_000'
change 2025-04-21 'Mizuki Sato' 'Raise the sales target: the lamp of jp3 is listed' $year \
  '2026-03: 8_800_000' '2026-03: 12_800_000'
change 2025-05-14 'Li Na' 'ACoS is about what advertising sold' metrics/ads.yaml \
  '    value: ad_spend / gmv
    unit: percent
    better: lower
    owner: li.na
    contributors: [zhang.wei, sato]' '    value: ad_spend / ad_sales
    unit: percent
    better: lower
    owner: li.na
    contributors: [zhang.wei, sato]'
change 2025-05-14 'Li Na' 'ACoS is about what advertising sold' metrics/ads.yaml \
  '    recalibrate: 180d
    level: core' '    recalibrate: 180d
    changes:
      - {date: 2025-05-14, reason: {zh: 分母是广告带来的销售额，不是全部销售额：后者是 TACoS, ja: 分母は広告経由の売上。全売上に対する割合は TACoS, en: "what advertising sold, not all sales: that share is TACoS"}, by: li.na}
    level: core'
change 2025-05-19 'Li Na' 'ACoS of the year: 22 % by the new definition' $year \
  '{id: acos-2025, metric: acos, period: FY2025, value: 24%, red: 28%,' '{id: acos-2025, metric: acos, period: FY2025, value: 22%, red: 26%,'
change 2025-06-02 'Wang Fang' 'Days of stock over the mean of the days' metrics/inventory.yaml \
  '    value: inv_units / units_shipped_per_day
    reviewed: 2025-10-06
    recalibrate: 180d
' '    value: inv_units_avg / units_shipped_per_day
    reviewed: 2025-10-06
    recalibrate: 180d
    changes:
      - {date: 2025-06-02, reason: {zh: 改用每日均值：到货之后月末库存说明不了什么, ja: 日々の平均に変更。入荷直後の月末在庫では実態が分からない, en: "the mean of the days: stock at the end of a month says little after a delivery"}, by: wang.fang}
'
change 2025-06-10 'Zhang Wei' 'Prime Day counts three days, as the last two did' calendar/jp-amazon.yaml \
  'prime-day: 2.4' 'prime-day: 3.0'
change 2025-06-20 'Kenta Suzuki' 'Cancelled orders are no orders' metrics/sales.yaml \
  '    value: count(distinct amazon_order_id)
    unit' "    value: count(distinct amazon_order_id)
    where: \"order_status not in ('Cancelled', 'Canceled')\"
    changes:
      - {date: 2025-06-20, reason: {zh: 取消的订单不算订单, ja: キャンセルされた注文は注文に数えない, en: cancelled orders are no orders}, by: suzuki}
    unit"
change 2025-06-30 'Li Na' 'Half a million more for advertising, for Prime Day' $year \
  'value: 8_000_000' 'value: 8_500_000'
change 2025-07-28 'Liu Yang' 'Returns of what was shipped' metrics/quality.yaml \
  '    value: returned_units / units
    reviewed: 2025-09-01
    recalibrate: 180d
' '    value: returned_units / units_shipped
    reviewed: 2025-09-01
    recalibrate: 180d
    changes:
      - {date: 2025-07-28, reason: {zh: 改以发货件数为分母：最后几天的订单还来不及退, ja: 出荷数を分母に変更。直近の注文はまだ返品されない, en: "of what was shipped: what was ordered on the last days cannot come back yet"}, by: liu.yang}
'
change 2025-08-04 'Zhang Wei' 'Units and visits after Prime Day' $year 'value: 54_000' 'value: 55_200'
change 2025-08-04 'Zhang Wei' 'Units and visits after Prime Day' $year 'value: 760_000' 'value: 790_000'
# Two changes without a note in `changes:` are found: the reason is known to the repository alone.
change 2025-08-11 'Wang Fang' 'Cover by the last four weeks' metrics/inventory.yaml \
  "rolling(units_shipped_per_day, '8 weeks')" "rolling(units_shipped_per_day, '4 weeks')"
change 2025-09-03 'Liu Yang' 'Unacceptable quality is a defect' metrics/quality.yaml \
  "reason in ('DEFECTIVE')" "reason in ('DEFECTIVE', 'QUALITY_UNACCEPTABLE')"
change 2025-09-08 'Mizuki Sato' 'Margin of the year' $year \
  'period: FY2025, value: 27_000_000 JPY' 'period: FY2025, value: 28_000_000 JPY'
change 2025-09-16 'Mizuki Sato' 'Organic sales belong to the lead' metrics/ads.yaml \
  '    value: gmv - ad_sales
    unit: JPY
    better: higher
    owner: li.na' '    value: gmv - ad_sales
    unit: JPY
    better: higher
    owner: sato'
change 2025-09-22 'Tanaka Saori' 'Saturdays are stronger than we thought' calendar/jp-amazon.yaml 'sat: 1.05' 'sat: 1.12'
change 2025-09-30 'Li Na' 'CPA has the name that the console uses' metrics/ads.yaml '
  ad_order_cost:
' '
  cpa:
'
revision='    revisions:
      - {date: 2025-10-01, value: 146_000_000, stretch: 154_000_000, red: 138_000_000, reason: {zh: Prime Day 露营灯售罄，九月锅具与马克杯被审核下架十天, ja: プライムデーでランタンが完売、九月はフライパンとマグが十日間審査で停止, en: "the lantern sold out on Prime Day, pans and mugs were under review for ten days in September"}, by: sato}
'
change 2025-10-01 'Mizuki Sato' 'Revise the sales of the year: stock and reviews' $year \
  '        2026-03: 12_800_000
' "        2026-03: 12_800_000
$revision"
change 2025-10-03 'Zhang Wei' 'The three stores sign the revised year' $year \
  'ack: [{by: zhang.wei, date: 2025-04-23}, {by: tanaka, date: 2025-04-23}, {by: chen.jie, date: 2025-04-24}]' \
  'ack: [{by: zhang.wei, date: 2025-10-02}, {by: tanaka, date: 2025-10-02}, {by: chen.jie, date: 2025-10-03}]'

git init -q -b main
for ((at = ${#days[@]} - 1; at >= 0; at--)); do
  replace "${files[at]}" "${news[at]}" "${olds[at]}"
done
commit 2025-04-01 'Mizuki Sato' 'The fiscal year begins'
for ((at = 0; at < ${#days[@]}; at++)); do
  replace "${files[at]}" "${olds[at]}" "${news[at]}"
  if [[ "${why[at]}" != "${why[at + 1]:-}" ]]; then
    commit "${days[at]}" "${who[at]}" "${why[at]}"
  fi
done
