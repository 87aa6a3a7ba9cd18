# 画面の文言。キーは全言語で同じ(テストで確認)。

## ページ
skip-to-content = 本文へ
nav-label = 目次
crumbs-label = 現在地
language-label = 言語
search-label = 検索
search-none = 見つかりません
theme-auto = 表示：自動
theme-light = 表示：明るい
theme-dark = 表示：暗い
data-as-of = データ基準日
data-none = データはまだありません

## 値の状態
state-complete = 確定
state-provisional = 速報値
state-partial = 欠けた日あり
state-running = 期間の途中
state-missing = この期間のデータなし
state-no-data = データなし
state-undefined = 計算不可：分母がゼロ
state-future = これから
state-other-grain = この期間単位では計測しない
days-of = { $observed }/{ $expected }日

## 増減
change-up = 増
change-down = 減
change-good = 改善
change-bad = 悪化
change-not-available = 比較不可
change-not-meaningful = 率なし

## 達成
standing-exceed = 超過達成
standing-on = 達成圏
standing-near = あと少し
standing-off = 目標外
standing-no-data = データなし
standing-paused = 一時停止
standing-too-early = 判定前

## カード
cards-label = 主な数値
card-settled = 直近の確定値
card-target = 目標
card-attainment = 達成率
card-owner = 責任者
card-trouble = 値なし：

## グラフ
chart-numbers = 数値を見る
chart-slot = 期間
chart-interactive = 動くグラフ
chart-static = 元のグラフ
chart-right-axis = (右軸)
chart-axis-from = 軸は { $value } から
chart-open = 白抜き：未確定の値

## 表・文章・お知らせ
table-label = 表
table-sort = 並べ替え
prose-other-language = この文章はまだ日本語になっていません。
notice-error = エラー
notice-warning = 注意
notice-info = お知らせ

## ここからはページの文言

## Report
better-higher = 大きいほど良い
better-lower = 小さいほど良い
better-neutral = どちらでもない
better-range = 範囲内が良い
chart-months = 月別
chart-weeks = 週別
compare-previous-day = 前日比
compare-previous-week = 前週比
compare-previous-month = 前月比
compare-previous-quarter = 前四半期比
compare-previous-fiscal-year = 前年度比
compare-previous-year = 前年同期比
data-encoding = 文字コード
data-file = ファイル
data-file-count = ファイル数
data-files = 読み込んだファイル
data-findings = 指摘事項
data-first = 最初の日
data-last = 最後の日
data-hash = SHA-256
data-left-out = 除外した行
data-level = 重要度
data-message = 内容
data-no-findings = 問題は見つかりませんでした。
data-place = 場所
data-preset = プリセット
data-provisional-from = この日以降は未確定
data-rows = 行数
data-rule = ルール
data-source = データソース
data-sources = データソース
aside-title = 使わない行：{ $source }
aside-about = ここにある行はどの数値にも入りません。行を直すか、レポートをダウンロードし直すまで、その日は不完全として扱われます。
aside-more = { $rows } 行のうち先頭の { $listed } 行です。全行はページ末尾の表にあります。
aside-rows = 使わない行
aside-others = ほかの行
aside-others-count = 集計に入る
aside-file-refused = 入らない：使えない行が多すぎるため、ファイルごと除外
aside-place = ファイルと行
aside-rule = 反するルール
aside-day = 日付
aside-fields = 行の内容
aside-csv = 使わない行をすべてダウンロード（CSV）
aside-cells = セルの数が見出しと違う：{ $about }
aside-empty = { $about } が空
aside-unreadable = { $about } が読み取れない
aside-invariant = 成り立たない：{ $about }
aside-conflict = 同じ { $about } の別の行と食い違う
aside-foreign = { $about } の行で、このソースとは異なる
aside-stray = 日付 { $about } がファイルのほかの行から何年も離れている
attribution-days = クリック後 { $days } 日
attribution-mixed = 期間の異なる売上を意図して合算
attribution-of = クリック後 { $days } 日（{ $sources }）
fact-attribution = アトリビューション期間
fact-id = ID
fact-parts = 計算に使う指標
fact-place = 定義の場所
fact-sources = データソース
fact-tax = 税の基準
fact-unit = 単位
fact-used-by = 使われている指標
home-period = { $period }
home-stores = ストア別
home-weeks = 直近の週
importance-core = コア指標
importance-survival = 生存指標
importance-guardrail = ガードレール指標
importance-other = 補助指標
importance-advanced = 上級指標
name-of-period = { $name } · { $period }
level-store = ストア
level-category = カテゴリー
level-ad-type = 種類
level-error = エラー
level-warning = 警告
level-note = 注記
metric-definition = 定義と算出基準
metric-weeks = 週ごとの値
handbook-about = ハンドブックの解説：意味、計算例、よくある誤解、対応
handbook-figures = 値、グラフ、定義
nav-articles = ハンドブック
nav-compare = ストア比較
nav-dashboards = ダッシュボード
nav-data = データ
nav-home = ホーム
nav-metrics = 指標
nav-people = 担当者
nav-stores = ストア
nav-targets = 目標
period-named = { $period }
person-nothing = 担当する指標と目標はありません。
scope-company = 全社
series-previous-year = 前年
series-target = 目標
store-history = 月ごとの推移
table-actual = 実績
table-better = 良い方向
table-covers = 担当範囲
table-formula = 計算式
table-gap-best = 首位との差
table-gap-median = 中央値との差
table-metric = 指標
table-period = 期間
table-person = 担当者
table-rank = 順位
table-scope = 範囲
table-share = 構成比
table-standing = 達成状況
table-team = チーム
table-total = 合計
table-value = 値
target-parent = 上位目標
target-parts = 内訳
target-red = 警戒線
target-resources = 配分する資源
target-stretch = ストレッチ目標
tax-exclusive = 税抜
tax-inclusive = 税込
tax-mixed = 混在（意図的）
tax-unknown = 未宣言
notice-errors = { $count } 件のエラーがあります。影響する箇所にはその旨を表示しています。
trouble-basis = 金額の基準（税込・税抜）が宣言されていません。記入すべき行はデータページの警告に示しています。
trouble-unknown = この指標は定義されていません。
trouble-plugin = プラグインが失敗しました：{ $rule }（{ $plugin }）
notice-basis = 金額の税の基準が宣言されていないため、値を表示できません：
notice-broken = 次の指標は定義を読み取れませんでした：
home-freshness = データの鮮度
data-age = 基準日までの経過
fact-dashboards = 掲載ダッシュボード
series-target-low = 目標（下限）
series-target-high = 目標（上限）
target-title = { $metric } · { $period }
target-title-scope = { $metric } · { $scope } · { $period }
target-parts-sum = 内訳の合計
target-parts-left = 上位目標との差
target-parts-months = 内訳と差がある月
target-parts-month = { $month }: { $gap }
fact-why = 理由
fact-hint = 対処方法
fact-notes = 詳細
metrics-broken = 定義を読み取れない指標
doubt = { $whose }の{ $period }で「{ $check }」が成り立っていません（{ $gap }{ $count ->
    [one] {""}
   *[other] 、同様の期間は計 { $count }
  }）。解消するまで、{ $metrics }の内訳は正しいとは限りません。
notice-broken-metric = この指標の定義を読み取れませんでした。修正されるまで数値は表示されません。
notice-all = データページの指摘事項
notice-warned = 数値を利用する前に確認したい警告があります。
notice-counts = エラー {$errors} 件・警告 {$warnings} 件
days-covered = 読み込み済み {$observed} 日、欠けた日はなし
days-lacking = {$expected} 日のうち {$observed} 日を読み込み済み。欠けた日：{$days} 日
data-store = 店舗の判別
data-columns = 列
data-column = ファイルの列名
data-name = 数式での名前
data-use = 用途
data-days = 読み込み済みの日
column-used = 使用
column-read = 読み込み済み・未使用
column-ignored = 除外（定義なし）
column-personal = 破棄（個人情報）
data-own = 独自の列定義
data-pattern = ファイル
data-no-files = 読み込まれたファイルはありません。
data-bytes = バイト数
data-day-first = 開始日
data-day-last = 終了日
data-days-of = 読み込み済みの日：{ $table }
chart-more = ほか {$count} 件は数値の表に
series-target-of = 目標（{$name}）

## Objectives and launches
launch-ahead = 発売前
launch-asked = 条件
launch-condition = { $sign } { $value }
launch-date = 発売日
launch-day = 発売からの日数
launch-done = 全ゲート通過
launch-early = 前倒し
launch-exit = 次の段階への条件：{ $all } 件中 { $holding } 件を満たす
launch-fails = ✗ まだ
launch-gate = 判定
launch-gates = ゲート
launch-held = { $all } 件中 { $holding } 件を満たす
launch-holds = ✓ 満たす
launch-in-time = 予定どおり
launch-late = { $count } 日遅れ
launch-missing = まず足りないもの
launch-phase = 予定の段階
launch-phase-title = { $phase }：{ $from }〜{ $to } 日目
launch-product = 商品
launch-timing = 進み具合
launch-unknown = まだデータなし
launch-week = 週
launch-weeks = 発売からの週ごと
nav-launch = 新商品
nav-objectives = OKR
objective-aspirational = 挑戦型：7割で達成とみなす
objective-baseline = 開始値
objective-check-ins = チェックイン
objective-committed = コミット型：すべて達成する
objective-confidence = 自信度
objective-date = 日付
objective-done = 完了
objective-elapsed = 経過
objective-initiative = 施策
objective-initiatives = 施策（進捗には含めない）
objective-key-result = 主要な成果
objective-key-results = 主要な成果
objective-kind = 種類
objective-note = メモ
objective-objective = 目標
objective-open = 進行中
objective-parent = 上位の目標
objective-progress = 進捗
objective-state = 状態
objective-weight = 重み
## Targets
target-pace = ペース
target-forecast = 着地見込み
lead-to-date = 現在まで
lead-of = 目標 { $target }
lead-needed = 1日あたり必要
lead-uplift = 計画の { $uplift } 倍・残り { $days } 日
lead-days-left = 残り { $days } 日
lead-rest = 残り期間の許容値
lead-ahead = { $days } 日先行
lead-behind = { $days } 日遅れ
lead-chance = ± { $spread }・達成確率 { $chance }%
lead-chance-kept = ± { $spread }・計画の±{ $slack }%以内に収まる確率 { $chance }%
targets-of = { $name }：目標 { $count } 件
targets-of-company = 全社（その他の期間）：目標 { $count } 件
target-said-unmeasured = 目標値のもとになる実績がまだ計測されていません。
target-said-reached = { $day }までに { $actual }、目標 { $target } の { $share }。
target-said-to-date = { $day }時点で { $actual }、目標は { $target }。
target-said-range = { $day }時点で { $actual }、目標範囲は { $low }〜{ $high }。
target-said-plan = 計画では同日までに { $expected }。ペース { $index }、予定どおりです。
target-said-plan-pace = 計画では同日までに { $expected }。ペース { $index } です。
target-said-behind = 計画では同日までに { $expected }。ペース { $index }、{ $days } 日の遅れです。
target-said-ahead = 計画では同日までに { $expected }。ペース { $index }、{ $days } 日先行しています。
target-said-plan-allows = 計画では同日までに { $expected } まで。その { $index } 倍を使っています。
target-said-done = 目標は達成済みです。
target-said-needed = 残りは { $days } 日で { $left }。1日 { $day }、計画の { $uplift } 倍が必要です。
target-said-left = 残りは { $days } 日で { $left }、1日 { $day } が必要です。
target-said-may = 残り { $days } 日で使えるのは { $left }、1日 { $day } です。
target-said-spent = 残り { $days } 日を残して使い切りました。
target-said-over = 残り { $days } 日の時点で計画を { $left } 上回っています。
target-said-allowed = 残り { $days } 日は { $allowed } 以下に抑える必要があります。
target-said-rest = 残り { $days } 日は { $allowed } が必要です。
target-said-forecast = 着地見込みは { $value }。
target-said-forecast-between = 着地見込みは { $value } ± { $spread }、達成確率 { $chance }%。
target-said-forecast-kept = 着地見込みは { $value } ± { $spread }、計画の±{ $slack }%以内に収まる確率は { $chance }%。
target-said-begins = { $day }に始まります。
target-said-nothing = まだ数値がありません。
target-said-ended = { $period }は { $actual }、目標 { $target } の { $share } でした。
target-said-ended-plain = { $period }は { $actual }、目標は { $target }。
target-said-ended-range = { $period }は { $actual }、目標範囲は { $low }〜{ $high }。
target-said-early = 判定はまだ早い段階です。数値が変わるか、欠けている日があります。
target-said-first = 当初目標 { $first } に対しては { $share } です。
status-paused = 保留中
status-disputed = 協議中
status-achieved = 達成済み
status-dropped = 取り下げ
status-said-paused = { $day }から保留中です。表示のみで、判定も評価もしません。
status-said-disputed = { $day }から協議中です。表示のみで、判定も評価もしません。
status-said-achieved = { $day }に達成と宣言されました。
status-said-dropped = { $day }に取り下げられました。表示のみで、判定も評価もしません。
tree-sum = 内訳の合計
tree-left = 未配分：
tree-over = 全体を超える約束：
tree-uncovered = 担当なし：
tree-overlapping = 重複：
tree-past = 過去の目標（{ $count } 件）
tree-count = { $count } 件の目標
filter-all = すべて
targets-running = 進行中の目標は { $count } 件。
targets-off = 目標外 { $count } 件。
targets-near = あと少し { $count } 件。
targets-on = 達成圏 { $count } 件。
targets-exceed = 超過達成 { $count } 件。
plan-needed = 必要
plan-or-needed = または必要量
plan-difference = 差異
plan-so-far = 累計差異
plan-levels = 計画と実績
plan-title = 日別までの計画
series-plan = 計画
series-first = 当初計画
series-even = 均等ペース
series-low = 見込み・下限
series-high = 見込み・上限
chart-course = { $metric }：累計・計画・着地見込み
chart-parts = { $metric }：誰がどれだけ担うか
day-mon = 月
day-tue = 火
day-wed = 水
day-thu = 木
day-fri = 金
day-sat = 土
day-sun = 日
drift-title = テンプレートとの違い
drift-template = テンプレート
drift-keys = 異なるキー
drift-by = { $keys } が異なる
target-share = 全体に占める割合
target-contributes = 全体への貢献
target-note = メモ
target-accepted = 確認
target-not-accepted = まだ誰も確認していません
target-accepted-by = { $name }、{ $day }
target-about = この目標について
target-revisions = 改定
target-growth = { $baseline } 比 { $rate } 増
target-before = 改定前
target-after = 改定後
target-reason = 理由
target-by = 決定者
table-date = 日付
resource-what = 内容
resource-kind = 種類
resource-asked = 要求
resource-granted = 承認
resource-open = 未決定
resource-refused = 却下
chain-title = 逆算：必要な量
chain-assumption = 前提
chain-assumed = 前提値
chain-needed = 必要量
nav-calendar = カレンダー
calendar-weekdays = 曜日の重み
calendar-events = イベントと季節
calendar-holidays = 祝日
calendar-year = { $year }年の日別の重み
calendar-weight = 重み
calendar-event = イベント
calendar-kind = 種類
calendar-for = 対象
calendar-everyone = 全体
calendar-sure = 日程の確度
calendar-computed = 計算値（未発表）
calendar-announced = 発表済み
calendar-holiday-weight = 祝日は ×{ $weight }。
calendar-product = 重なるときは掛け合わせます。
calendar-max = 重なるときは最大のものに曜日の重みを掛けます。
calendar-used = { $count } 件の目標が従います。
calendar-learned = 書かれていない重みは { $metric } から学習します。
calendar-learning = 学習した重み
calendar-too-short = 履歴が { $days } 日分では足りません。欠けのない 2 年分が必要です。
calendar-history = { $days } 日分の履歴からの学習
calendar-n = 根拠の日数
calendar-years = 年数
calendar-in-force = 適用
calendar-counts = 学習値
calendar-written = 記載された値を優先
home-targets = 今朝の目標
home-targets-more = すべての目標
person-now = 現在の状況
person-other = その他の目標
card-now = 進行中
smart-yes = はい
smart-doubt = 要確認
smart-no = いいえ
smart-title = SMART
smart-s = 指標・対象範囲・責任者が決まっています。
smart-s-definition = 指標の説明がありません。何を数えるのかを書いてください。
smart-s-owner = 責任者がいません。一人決めてください。
smart-m = 過去の期間にデータがあり、出発点の値もあります。
smart-m-data = まだ何も計測されていないため、現状がわかりません。
smart-m-gaps = 過去の期間の一割を超えてデータが欠けています。
smart-m-baseline = 比べるための基準値がありません。
smart-a = 実績と手当てから見て達成できる水準です。
smart-a-implausible = 過去の実績から見て考えにくい水準です。
smart-a-resources = 以前を大きく上回る目標ですが、裏付けとなる予算や人員がありません。
smart-a-met = 始まる前にすでに達成されています。
smart-a-unknown = 達成できるかを判断するには実績が足りません。
smart-r = 上位の目標または戦略につながっています。
smart-r-parent = 上位の目標にも戦略にもつながっていません。
smart-r-weight = 重みがゼロです。
smart-t = 期限と、途中で確認する日が決まっています。
smart-t-cadence = どのくらいの頻度で確認するかが決まっていません。
smart-t-checkpoint = 確認の頻度はありますが、必ず確認する日が決まっていません。
target-said-gap = { $day }のデータがないため、まだ判定できません。
target-said-unsettled = 数値がまだ確定していないため、判定できません。
chain-from = 実績の期間
chain-written = 記入値
reach-baseline = 成長の基準
reach-improvement = 求める改善
reach-history = 過去との比較
reach-z = 通常から { $z } σ
reach-percentile = 過去の伸びの { $share }% はこれ以下
reach-periods = { $count } 期間
reach-own = 作成者の見立て

## Scorecards
nav-scorecards = 評価シート
score-about = このシートについて
score-amount = 金額
score-base = 賞与の基準額（係数 1）
score-basis-carried = データなし：{ $period }の点数
score-basis-no-target = 目標なし：対象外
score-basis-no-value = データなし：対象外
score-basis-paused = 目標を保留中：対象外
score-basis-too-early = まだ判断できない
score-basis-unscored = 参考のみ
score-basis-zero = データなし：0 点とする
score-before = 前期
score-bonus = 賞与
score-by-points = 点数による
score-by-weight = 重みによる
score-cap = 係数の上限
score-capped = 制限前は
score-card = シート
score-change = 増減
score-closes = 発動条件
score-coefficient = 係数
score-commission = 歩合
score-coverage = 測定できた重み
score-cut-above = { $what } { $value }、上限 { $limit }
score-cut-below = { $what } { $value }、下限 { $limit }
score-cut-unknown = { $what }：データなし。まだ差し引かない
score-final = 確定
score-gate-closed = 発動：係数を制限
score-gate-open = 発動せず
score-gate-unknown = データなし：未確認
score-gates = 足切り条件
score-history = { $grain ->
    [week] 最近の得点（週別）
    [month] 最近の得点（月別）
    [quarter] 最近の得点（四半期別）
    [year] 最近の得点（年別）
    *[other] 最近の得点（日別）
    }
score-how = 計算
score-item = 項目
score-item-scope = { $item } · { $scope }
score-items = 評価項目
score-ladder = 評価帯（高い順）
score-leads-to = 反映先
score-money = 支給額の計算
score-movement = { $period }からの増減
score-rise = 上昇
score-fall = 下落
score-moving = 暫定：数値が動くか不足している
score-no-data = 点数なし
score-nothing = 反映しない理由
score-now = 今期
score-on-score = 総合点への影響
score-part = 加重点
score-pay = 支給額
score-points = 点数
score-rules = ルール
score-rules-first = 初版
score-rules-from = { $day }からの版
score-rules-retroactive = { $day }の版をさかのぼって適用
score-running = 暫定：期間中
score-score = 総合点
score-sign-lead = 責任者
score-sign-other = 署名
score-sign-person = 本人
score-signatures = 署名
score-since = { $period }から
score-step = 内訳
score-tier = { $what }：{ $from }から{ $to }まで
score-times = 係数を掛ける
score-title = { $person } · { $period }
score-to-next = 次の評価帯まで
score-too-early = まだ判断できない
score-unsigned = 未署名
score-until = 合計項目の比較対象はこの日までの目標
score-weight = 重み
score-scale = 採点の基準
score-at-most = 上限
score-when = { $sign } { $value }
score-preliminary = 暫定
score-value = { $value }
score-open = 未確定の理由
score-open-missing = { $item }はデータなし
score-open-moving = { $item }は動く可能性がある
score-open-partial = { $item }は日が欠けている
score-open-running = { $item }は期間中
unit-percent = パーセント
unit-count = 件数
unit-factor = 倍率
unit-days = 日数
unit-weeks = 週数
unit-stars = 星（5点満点）
unit-rank = 順位
unit-score = 点数

## 管理限界
variation-common = 通常の変動
variation-improvement = シグナル：改善
variation-concern = シグナル：要注意
variation-neutral = シグナル
assurance-pass = 今のままで目標に届く
assurance-fail = 今のままでは目標に届かない
assurance-miss = 目標に届く時と届かない時がある
series-center = 中心線
series-upper = 上方限界
series-lower = 下方限界
series-signal-good = シグナル：改善
series-signal-bad = シグナル：要注意
series-signal = シグナル
limits-days = 日ごとの推移と管理限界
limits-weeks = 週ごとの推移と管理限界
limits-months = 月ごとの推移と管理限界
limits-quarters = 四半期ごとの推移と管理限界
limits-years = 年ごとの推移と管理限界
limits-heading = 通常の変動とシグナル
limits-state = 限界の状態
limits-range = 通常の範囲
limits-step = 前の点との差の平均
limits-now = 最新の点
limits-target = 目標
limits-up-to = 上限
limits-from = 下限
limits-too-few = まだなし：確定した点は { $count } 個、5 個必要
limits-no-variation = なし：値が動いていない
limits-no-count = なし：この図には分母の件数が必要
limits-no-cycle = まだなし：季節の周期が足りない
limits-provisional = 暫定（{ $count } 点から算出）
limits-firm = 確定（{ $count } 点から算出）
limits-locked = 最初の { $count } 点で固定
limits-segments = 限界の移り変わり
limits-since = 開始
limits-why = 理由
limits-reason-change = { $reason }（{ $change }）
limits-rebase-suggested = { $since }から値が中心線の片側に続き、その頃に「{ $change }」が記録されています。仕組みが変わったのであれば `rebase` で限界を引き直してください。自動では引き直しません。
signal-outside-high = 上方限界を上回る
signal-outside-low = 下方限界を下回る
signal-trend-high = 上昇が続く
signal-trend-low = 下降が続く
signal-near-high = 上方限界の近くに集まる
signal-near-low = 下方限界の近くに集まる
signal-run-high = 中心線より上が続く
signal-run-low = 中心線より下が続く
signal-mr-high = 前の点から異例の上昇
signal-mr-low = 前の点から異例の下降
signal-anhoej = 中心線をまたぐ回数が少なすぎる
signal-since = { $period }から
signal-meaning = 意味
signal-what = シグナル
home-signals = 新しいシグナル
home-signals-more = シグナルとアラートの一覧
signals-by-chance = { $points } 系列のうち { $count } 系列にシグナルあり。偶然だけでも約 { $chance } 系列は限界の外に出ます。
nav-alerts = シグナルとアラート
alerts-signals = 新しいシグナル
alerts-no-signals = 通常の変動を超えるものはありません。
nav-causes = 要因
causes-part = 要因
causes-was = 以前
causes-now = 今回
causes-effect = 影響
causes-change = 増減
causes-share = 構成比 %
causes-lever = 対処
causes-table = 内訳
causes-by = { $level }別の内訳：{ $name }
causes-rest = その他（{ $count } 件）
causes-shift = 構成の変化（比重の移動）
causes-rate = 自身の変化
causes-mix = 構成
causes-volume = 数量
causes-price = 価格
causes-new = 新規
causes-lost = 終了
causes-volume-table = 価格・数量・構成
causes-chart = { $name }：以前から今回まで
causes-mean = それまでの平均
causes-identity = 恒等式
causes-last = 直近のシグナル
causes-sentence = 結論
causes-method = 分解の方法
causes-method-lmdi = LMDI-I（対数平均。ゼロや負の値があれば Shapley）
causes-method-shapley = Shapley
causes-method-sequential = 順次置換（書いた順で結果が変わるため、説明用）
causes-method-sum = 合計：各項目の増減がそのまま影響
causes-method-items = 内訳の項目ごと
causes-newest = { $period }
causes-last-signal = 直近のシグナル：{ $period }
causes-stores = ストアごとの直近のシグナル
causes-more = 要因の詳細：ストア別・項目別・比較対象別
causes-noise = 通常の変動の範囲内のため、要因分析は行いません。
causes-on-target = 目標を下回っていないため、要因分析は行いません。
causes-no-limits = シグナルと通常の変動を見分けるだけのデータがまだないため、要因分析は行いません。
causes-quiet = この一年、シグナルはありません。
causes-no-data = 比較できる完了した期間がまだありません。
causes-missing-was = 比較対象の「{ $name }」がないため、分解できません。
causes-missing-now = 今回の「{ $name }」がないため、分解できません。
causes-undefined-was = 比較対象にゼロで割る項目があるため、分解できません。
causes-undefined-now = 今回、ゼロで割る項目があるため、分解できません。
causes-open = 要因を合わせた値が指標と { $gap } 食い違うため、一致するまで分解しません。
causes-no-split = 要因が多く、ゼロや負の値を含むため、分解できません。
causes-no-identity = 何から成るかが書かれていません。
causes-against-period = { $period }（比較：{ $base }）
causes-against-year = { $period }（前年同期：{ $base }）
causes-against-event = { $period }（前年の同じイベント：{ $event }、{ $base }）
causes-funnel = 売上までの流れ：{ $period }（前の期間との比較）
causes-funnel-step = 段階
causes-break-even = { $name }と{ $line }
causes-room = 損益分岐までの余裕
causes-by-moved = { $level }別の内訳：{ $name }（構成の変化 { $moved }、最大 1）
causes-against-mean-day = { $period }（それまで { $count } 日の平均との比較）
causes-against-mean-week = { $period }（それまで { $count } 週の平均との比較）
causes-against-mean-month = { $period }（それまで { $count } か月の平均との比較）
causes-against-mean-quarter = { $period }（それまで { $count } 四半期の平均との比較）
causes-against-target = { $period }（目標との比較）
causes-verdict-signal = シグナル
causes-verdict-off-target = 目標未達
causes-verdict-noise = 通常の変動
causes-verdict-no-limits = データ不足
causes-to = から
causes-missing-target = 「{ $name }」に目標がないため、要因に分解できません。
causes-block = { $name }：変動の要因
compare-percentile = パーセンタイル
compare-index = 指数（全体=100）
compare-marginal = 限界値（{ $period }）
compare-per = { $name }あたり
compare-rank = { $rank }
compare-rank-best = { $rank } · 最良
compare-rank-last = { $rank } · 最下位
compare-too-little = 件数が少なく順位なし
compare-funnel = 差は偶然の範囲か（件数ごとの限界）
compare-count = 件数
causes-step-good = 良い方向
causes-step-bad = 悪い方向
causes-step = 増減

## アラート
alerts-open = 対応中のアラート
alerts-none = 対応中のアラートはありません。
alerts-over = 終了したアラート
alerts-nobody = 担当者なし
alerts-count = { $count } 件
alert-severity = 重要度
alert-heard = 内容
alert-state = 状態
alert-name = 名前
alert-sop = 対応手順
alert-new = 新規
alert-overdue = 新規（対応期限超過）
alert-taken = { $by } が対応中（{ $day }）
alert-resolved = { $period }に終了
alert-signal = { $value }：{ $rule }（中心線は { $center }）
alert-threshold = { $value }（基準 { $op } { $limit }）
alert-pace = 現時点の計画の { $share }
alert-attainment = 目標の { $share }
alert-change = { $before } から { $value } に変化
alert-reconcile = { $value } に対し、{ $name } では { $other }
alert-stale = { $days } 日間データなし
alert-stale-title = データソース { $source }
alert-gate = 関門の通過が { $days } 日遅れ
alert-composite = 構成するアラートがそろって成立
severity-low = 低
severity-medium = 中
severity-high = 高
alerts-why = 重大アラートの要因
alerts-why-of = { $whose } · { $name }
box-last-week = 先週
box-wow = 前週比
box-yoy = 前年比
box-mtd = 当月累計
box-qtd = 四半期累計
box-ytd = 年度累計
deck-box = 集計行
deck-weeks = 6週
deck-months = 12か月
deck-axis-weeks = 週
deck-axis-months = 月
deck-axis-from = 軸は{ $value }から
deck-reached = 目標達成率と差
deck-growth-week = { $name }（前週比）
deck-growth-month = { $name }（前月比）
deck-growth-year = { $name }（前年比）
deck-variance = 目標との差
deck-variance-percent = 目標との差（%）
deck-attainment = 目標達成率
deck-owner = 担当：
deck-period = { $period }のレビュー（{ $day }まで）
deck-exceptions = 話し合うこと
deck-no-exception = 例外なし。新しいシグナル、目標未達、データの欠け、定義の変更はありません。
deck-column-block = 項目
deck-column-why = 理由
deck-column-owner = 担当
deck-block = { $number } · { $title }
deck-and = { $one }、{ $other }
deck-why-signal = 通常のばらつきを超えるシグナル
deck-why-week = 週の目標の{ $share }
deck-why-month = 当月の目標（今日まで）の{ $share }
deck-why-missing = 週のデータなし
deck-why-partial = データの欠け：{ $expected }日中{ $observed }日
deck-why-change = 定義の変更：{ $text }
deck-why-new = 新規：{ $text }
deck-why-target = { $period }の目標の{ $share }
deck-why-forecast = 予測は{ $period }の目標に届かない
deck-column-since = 新旧
deck-since-new = 新規
deck-since-before = 前回から
deck-comment = コメント
deck-actions = 未完了のアクション
deck-action = { $title } · { $who }（{ $state }）
deck-action-due = { $title } · { $who }、{ $day }まで（{ $state }）
deck-csv = このページの数値をダウンロード（CSV、丸めなし）
deck-late = データの遅れ
deck-late-source = { $source }：{ $day }まで
review-resources = リソースの変更
unit-ratio = 比率

# Reviews, actions, notes of days
nav-reviews = レビュー
nav-actions = アクション
nav-decisions = 決定事項
nav-daily = 日報
review-of = { $name } · { $whose }
review-name = レビュー
review-date = 開催日
review-attendance = 出席
review-present = { $asked } 中 { $there }
review-new = 新規アクション
review-closed = 完了
review-open = 未完了
review-attendees = 出席者
review-absent = 欠席者
review-deck = 資料
review-signals = シグナル
review-no-signals = 主要指標にシグナルなし。通常の変動の範囲です。
review-figures = 目標・実績・差異
review-comments = コメント
review-left = 前回からの持ち越し
review-begun = 新規アクション
figures-target = 目標
figures-actual = 実績
figures-off = 差異
figures-standing = 達成状況
attendance-there = 出席回数
attendance-asked = 招集回数
attendance-sponsor = スポンサー
action-title = アクション
action-id = 番号
action-due = 期限
action-expected = 期待効果
action-aged = 経過
action-reason = 理由
action-evidence = 根拠
action-effect = 効果
action-nobody = 担当なし
action-open = 対応中
action-blocked = 停止中
action-done = 完了（{ $day }）
action-dropped = 中止（{ $day }）
action-overdue = 期限超過 { $count } 日
action-reopened = 再開：{ $state }
action-moved = { $day }（延期 { $count } 回）
action-age = レビュー { $reviews } 回・{ $days } 日
effect-too-early = まだ判定できない（{ $day } 以降）
effect-not-asked = 指標なし
effect-effective = 効果あり（{ $before } 期間と { $after } 期間の比較）
effect-not-effective = 効果なし（{ $before } 期間と { $after } 期間の比較）
effect-unclear = 判定できない（{ $before } 期間と { $after } 期間の比較）
actions-open = 未完了のアクション
actions-none = 未完了のアクションはありません。
actions-overdue = 期限超過
actions-effects = 数値は動いたか
actions-closure = 期限内完了率
actions-closed = 完了したアクション
closure-of = 月・担当者
closure-due = 期限到来
closure-on-time = 期限内
closure-late = 期限後
closure-open = 未完了
decision-text = 決定事項
decision-kind = 種別
decision-by = 決定者
decision-changes = 変更対象
decision-other = その他
decision-strategy = 戦略
decision-target = 目標
decision-resources = リソース
decisions-quarters = 四半期ごとの決定事項
home-concern = 注意を要する新しいシグナル { $count } 件
alerts-others = その他の新しいシグナル：{ $count } 件（改善、または良し悪しのないもの）
home-overdue = 期限を過ぎたアクション { $count } 件
home-actions-more = すべてのアクション
daily-of-sales = 売上
daily-of-ads = 広告
daily-of-stock = 在庫
daily-of-health = アカウント健全性
daily-of-products = 商品別
daily-field = 項目
daily-day = 当日
daily-before = 前日
daily-mean = 直近 7 日平均
daily-gmv = 売上（GMV）
daily-orders = 注文数
daily-aov = 注文単価
daily-units = 販売点数
daily-bsr = 売れ筋ランキング
daily-spend = 広告費
daily-ad-sales = 広告売上
daily-acos = ACOS
daily-cpc = クリック単価
daily-ctr = クリック率
daily-cvr = 広告の転換率
daily-budget = 予算消化
daily-sellable = 販売可能数
daily-inbound = 入荷待ち
daily-aged = 90 日超の在庫
daily-cover = 在庫日数
daily-stockout = 欠品率
daily-restock = 補充アラート
daily-odr = 注文不良率（ODR）
daily-vtr = 追跡可能率（VTR）
daily-late = 出荷遅延率
daily-sales = 売上
daily-organic = 自然売上比率
daily-offer = おすすめ出品率
daily-reviews = 新規レビュー
daily-log = 作業記録
daily-time = 時刻
daily-action = 内容
daily-by = 担当
daily-issues = 問題点
daily-tomorrow = 明日の予定
start-figures = 数値
start-status = それぞれに状態を書く：open、blocked、done、dropped
start-value = { $value }
start-target = { $said }、目標 { $target }、差異 { $off }
start-range = { $said }、目標 { $low }～{ $high }
start-before = { $said }、前期 { $before }
start-year = { $said }、前年 { $year }
start-signal = { $name }・{ $whose }・{ $period }：{ $rule }
start-points = { $value } pt

# Versions, and what changed between them
nav-changes = 変更点
changes-against = バージョン { $version } との比較。
changes-none-before = 比較できる以前のバージョンはありません。
changes-nothing = 前回から変わった点はありません。
changes-definitions = 定義
changes-targets = 目標
changes-restated = 修正された数値
changes-standings = 達成状況の変化
changes-pages = ページ
changes-target = 目標
changes-page = ページ
changes-what = 項目
changes-before = 変更前
changes-now = 変更後
changes-new = 追加
changes-gone = 削除
changes-renamed = 名称変更
changes-more = ほか { $count } 行は省略しています。
changes-formula = 計算式
changes-basis = 基準
changes-owner = 責任者
changes-status = 状態
changes-because = 理由
changes-because-definition = 定義の変更
changes-because-data = データの訂正
changes-because-open = 期間が不完全または未確定だった
version-label = バージョン
version-other = このページの他のバージョン
version-newer = 新しいバージョンが公開されています。
version-go = 現在のバージョンへ
version-absent = このバージョンにはありません
version-draft = 下書きです。公開用ではありません。
stage-startup = 現在の段階：立ち上げ期
stage-growth = 現在の段階：成長期
stage-mature = 現在の段階：成熟期

# kpress diff
diff-title = { $base } から { $head } への変更
diff-here = 現在のファイル
diff-nothing = 違いはありません。定義も数値も同じです。
diff-definitions = 定義
diff-asked = 目標値
diff-standings = 判定が変わった目標
diff-gaps = 合計が目標と合わない内訳
diff-figures = 直近 13 期間の数値
diff-alerts = この期間のアラート
diff-found = 指摘
diff-changed = 変更
diff-difference = 差
diff-points = pt
diff-severity = 重要度
diff-message = 内容
diff-found-new = 新たに検出
diff-found-gone = 解消
diff-alert-raised = 発生する
diff-alert-silent = 発生しなくなる
diff-gap-none = 差なし
diff-why-not-defined = こちら側に定義がない
diff-why-no-basis = 金額の基準が宣言されていない
diff-why-not-asked = こちら側では集計対象外（ページも目標も参照していない）
diff-note-calendar = 週または年度の区切りが異なります。同じ名前の期間でも日が異なることがあります。
diff-note-published = 片方は公開済みの版です。版に残るのは計算式・単位・基準・責任者・値だけなので、それらを比べています。数値は公開時点のもので、後から届いたデータでも変わります。
diff-note-shallow = このクローンは浅く、過去のコミットは取得されていません。
diff-count-no-figures = 数値の変化なし
diff-about-metric = 指標
diff-about-target = 目標
diff-about-calendar = カレンダー
diff-about-objective = 目的
diff-about-launch = 発売
diff-about-scorecard = 評価表
diff-about-alert = アラート
diff-about-person = 担当者
diff-about-team = チーム
diff-about-store = 店舗
diff-about-source = データ源
diff-about-plugin = プラグイン
diff-about-lock = 承認内容
diff-about-rule = ルール
diff-about-site = サイト
diff-about-deploy = 配備先
diff-about-annotation = 出来事
diff-about-dashboard = ダッシュボード
diff-about-review = レビュー
diff-about-text = 文書
diff-count-definitions = { $count } 件の定義が変わる
diff-count-figures = { $count } 件の指標・範囲で { $periods } 期間の数値が変わる
diff-count-standings = { $count } 件の判定が変わる
diff-count-gaps = 目標と内訳の差が { $count } 件変わる
diff-count-alerts = { $count } 件のアラートが変わる
diff-of-periods = { $all } 期間のうち { $differ } 期間が異なる
diff-left-out = ほかに { $count } 件の表がこのコメントに収まりません。`kpress diff` で確認できます。

# ライブプレビュー。[n] などはスクリプトが埋めます。
preview-live = プレビューはファイルに追従中
preview-building = ビルド中…
preview-lost = プレビューが応答しません。再試行しています
preview-closed = プレビューが起動し直されました。端末に表示されたアドレスを開いてください
preview-broken = エラーがあります。表示は最後に正しかったページです
preview-failed = ビルドできませんでした
preview-open = エディターで開く
preview-hide = 隠す
preview-gone = このページはサイトからなくなりました
preview-home = 最初のページへ
preview-ran = 実行した段階、[ms] ミリ秒
preview-pages-changed = [of] ページ中 [n] ページが変化
preview-pages-made = [of] ページ中 [n] ページを作成済み
preview-none-changed = 変化したページはありません
preview-findings = エラーと警告：[n]
preview-audience = 表示する閲覧者

nav-governance = ガバナンス
level-off = オフ
table-target = 目標
history-title = 定義の変更履歴
history-who = 変更者
history-why = 理由
history-what = 項目
history-before = 変更前
history-after = 変更後
history-commit = コミット
history-open = 未コミット
history-new = 新規
history-gone = 削除
history-renamed = 改名
history-changed = 変更
history-notes = 変更メモ
history-restated = 同じデータを新旧の定義で計算（{ $date } の変更）
history-restated-open = 同じデータを新旧の定義で計算（未コミットの変更）
history-asked = 変更前後の目標値（{ $date } の変更）
history-asked-open = 変更前後の目標値（未コミットの変更）
history-weights = 月ごとの日の重みの合計、変更前後（{ $date } の変更）
history-weights-open = 月ごとの日の重みの合計、変更前後（未コミットの変更）
history-not-restated = この変更より前の定義は、いまのデータでは計算し直せません。古すぎるか、使っている名前がもうありません。
history-other-unit = この変更で単位が変わったため、前後の数値は並べて比べられません。
history-same-values = この変更の前後で、直近の期間の数値は同じです。
history-nothing = 履歴がありません。ワークスペースが Git リポジトリの中にないか、まだコミットがありません。
history-apart = 履歴がありません。ワークスペースはリポジトリの一フォルダーで、そのリポジトリを履歴とする指定（kpress.yaml の site に history: git）がありません。
history-shallow = 浅いクローンのため、以前のコミットは取得されておらず、履歴は途中からです。
history-cut = 最近の変更だけを示します。それ以前はリポジトリで確認できます。
governance-audiences = 閲覧者
governance-audiences-about = 誰が何を見るか。閲覧者ごとに別のサイトがあり、見てはならないものはそこに含まれない。
governance-audience-count = 閲覧者 { $count } 組
audience-name = 閲覧者
audience-scopes = 範囲
audience-all = すべて
audience-everywhere = すべての範囲
audience-owner = { $name } の担当分
audience-company-and = 全社 · { $names }
audience-withheld = 非表示：表示中の内訳と合わせると、見せてはならない内訳が分かってしまうため。
audience-not-shown = この閲覧者には表示されません。
audience-count-withheld = { $count } 件の合計は非表示：表示中の内訳と合わせると、見せてはならない内訳が分かってしまうため。
governance-rules = ルールと検出
governance-rules-about = どのルールが問題を見つけたか、どのレベルが変更されたか、何が一時的に許容されているか。
governance-raci = 責任分担（RACI）
governance-raci-about = 実行：目標や改善手段を持つ人。責任：指標の責任者。相談：協力者。報告：その人たちのチームのリーダー。
governance-organisation = 組織
governance-organisation-about = 各チームのリーダーとメンバー、それぞれの担当範囲。
governance-owners = 責任者と負荷
governance-owners-about = 各人が持つ指標、進行中の目標、未完了のアクションの数。多い順。
governance-signed = 目標の承認
governance-signed-about = どの目標を誰が承認するか、誰がまだか、承認後に変更されていないか。
governance-changes = 変更履歴
governance-changes-about = 定義・目標・カレンダー・責任者のすべての変更。Git のコミットから、新しい順。
governance-calibration = 定義の見直し
governance-calibration-about = 各定義を最後に見直した日、経過日数、次の期限。事業の方針が変わると、すべての定義を見直します。
governance-sources = データソース
governance-sources-about = 各ソースを誰が見ているか、いくつの指標がそれに基づくか、データは何日までか。
governance-levels = レベルを変更したルール
governance-suppressed = 一時的に許容した検出
rules-rule = ルール
rules-level = レベル
rules-count = 件数
rules-where = 対象
rules-until = 期限
raci-responsible = 実行（R）
raci-accountable = 責任（A）
raci-consulted = 相談（C）
raci-informed = 報告（I）
organisation-lead = リーダー
organisation-role = 役割
organisation-from = 開始日
organisation-alone = チームなし
owners-metrics = 責任を持つ指標
owners-core = うち中核
owners-targets = 進行中の目標
owners-actions = 未完了アクション
owners-helps = 協力する指標
owners-all = 合計
signed-by = 承認済み
signed-missing = 未承認
signed-state = 状態
signed-line = { $name }（{ $date }）
signed-both = { $one }、{ $other }
signed-changed = 承認後に変更
signed-open = 承認待ち
signed-done = 承認済み
change-about = 種類
change-what = 対象
change-how = 変更内容
calibration-reviewed = 最終見直し
calibration-days = 経過日数
calibration-due = 期限
calibration-state = 状態
calibration-overdue = 期限超過
calibration-strategy = 方針変更後に未見直し
calibration-never = 記録なし
calibration-fine = 有効
calibration-changes = 事業方針の変更
calibration-from = 以前
calibration-to = 以後
sources-keeper = 管理者
sources-owners = 指標の責任者
governance-findings = { $count } 件の検出
governance-without-owner = 責任者のいない指標 { $count } 件
governance-people = { $count } 人
governance-carried = 合計 { $count } 件
governance-unsigned = 承認待ちの目標 { $count } 件
governance-changed = 変更 { $count } 件
governance-due = 見直しが必要な定義 { $count } 件
governance-source-count = ソース { $count } 件
change-many = { $count } 件
preview-edit = この目標を変更
preview-close = 閉じる
preview-edit-save = ファイルに書き込む
preview-edit-reset = ファイルの値に戻す
preview-edit-undo = 直前の書き込みを取り消す
preview-edit-saved = 書き込みました。変わったのはこれだけです：
preview-edit-invalid = この変更は受け付けられません：
preview-edit-made-by = [id] から作られています。変更はそこから作られるすべてに及びます
preview-packed = パック付属
preview-packed-how = パックに付属する定義で、このワークスペースのファイルではありません。alerts/ のファイルに写すとパックの定義に代わり、ここで変更できます。
preview-packed-copy = コピー
preview-packed-copied = コピーしました
preview-revise = 新しい改定…
preview-revise-value = 値
preview-revise-date = 適用開始日
preview-revise-reason = 理由
preview-revise-save = 改定を書き込む
preview-no-unknown = その目標はもうありません
preview-no-not-allowed = ここでは変更できません
preview-no-elsewhere = 表または kpress 付属の定義にあります。そちらで変更してください
preview-no-no-reason = 改定には理由が必要です
preview-no-not-seen = この閲覧者には見えない項目です。すべてが見える表示で変更してください
preview-no-unreadable = ファイルを読めません
preview-no-shared = ファイルの別の値も変わってしまいます。エディターで変更してください
preview-no-not-one = 1 行の単独の値ではありません。エディターで変更してください
preview-no-conflict = その間にファイルが別の場所で保存されたため、書き込みませんでした
preview-no-invalid = この変更は受け付けられないため、書き込みませんでした
preview-no-nothing-to-undo = 取り消せる書き込みはありません
preview-no-failed = できませんでした。書き込んでいません
preview-sets = もしもの案
preview-set-name = 案の名前
preview-set-keep = 残す
preview-set-show = 表示
preview-set-compare = 比べる
preview-set-patch = パッチで保存
preview-set-remove = 削除
preview-board-target = 目標
preview-board-files = ファイル
preview-board-value = 目標値
preview-board-attainment = 達成率
preview-board-pace = ペース
preview-board-forecast = 予測
preview-board-standing = 状況
preview-board-scores = この変更でのスコア
preview-board-same = 変わる目標はありません

## 暗号化されたページの閲覧画面
reader-title = 暗号化されたページ
reader-about = このページは暗号化されています。パスフレーズを入力すると、このブラウザの中だけで開きます。パスフレーズはどこにも送信されません。
reader-passphrase = パスフレーズ
reader-show = 表示
reader-hide = 隠す
reader-remember = この端末に 12 時間記憶する
reader-open = 開く
reader-opening = 開いています…
reader-wrong = 開けません。パスフレーズが違うか、ファイルが変更されているか、見つかりません。
reader-note = パスフレーズを忘れた場合は、公開の担当者に新しいものを発行してもらってください。以前のものは誰にも調べられません。
reader-no-crypto = 暗号化されたページは、安全な接続でのみ開けます。http:// ではなく https:// で始まるアドレスを使ってください。
reader-from-file = ブラウザは、フォルダー内のファイルをページに読ませません。そのため、ここでは暗号化されたページを開けません。ウェブサーバー上の、https:// で始まるアドレスから開いてください。
reader-no-script = このページは暗号化されています。開くには JavaScript が必要です。
reader-lock = ロック
reader-state = パスフレーズで開いています
reader-language = 言語
reader-name = 日本語

## Reconciliation
nav-reconciliation = 照合
reconcile-about = 二つのレポートが同じことを述べるとき、数値は一致するはずです。期間ごとに両側の値、差、許容差、判定を示します。食い違いは日・ファイル・行まで開けます。そろっていない期間やまだ動く期間は判定しません。税の扱いが異なる、または未宣言の金額も比べません。
reconcile-check = 照合項目
reconcile-left = 左側
reconcile-right = 右側
reconcile-zero = あるべき値
reconcile-allowed = 許容差
reconcile-pairs = 比べた期間
reconcile-outside = 超過
reconcile-verdict = 判定
reconcile-whose = 対象
reconcile-gap = 差
reconcile-agrees = ✓ 一致
reconcile-differs = ✗ 不一致
reconcile-missing = – 片側なし
reconcile-open = … 未確定
reconcile-basis = – 税の扱い
reconcile-nothing = – 比べるものなし
reconcile-no-data = どちらの側にもまだデータがありません。
reconcile-figure = 数値
reconcile-files = 差の元になったファイル
reconcile-day = 日付
reconcile-days = { $whose }、{ $period }：両側が食い違う日
reconcile-rows = { $whose }、{ $period }：両側の行
reconcile-row = 行
reconcile-cells = 行の数値
reconcile-adds = 加算額
reconcile-place = ファイルと行番号
reconcile-no-side = 片側にまだデータがないため、比べるものがありません。
reconcile-one-sided = 片側にデータがないため照合していません：{ $who }
reconcile-earlier = それ以前の { $count } 期間
reconcile-rest = ほかに { $count } 期間あり、ここには載せていません。食い違う期間の数は上の表に含まれます。
rows-more = ほかに { $count } 行あります。ページ末尾の表にすべて入っています。
rows-csv = すべての行（CSV）

# 検査ルール：ページでの名称と対処
rule-title = { $rule ->
    [acknowledged-nothing] 確認したアラートが存在しない
    [action-overdue] 期限を過ぎたアクションが未完了
    [action-vanished] 以前のレビューにないアクション
    [action-without-owner] 担当者のいないアクション
    [address-taken] 同じアドレスのページがある
    [aggregate-misplaced] 集計の位置が正しくない
    [alert-unknown] 存在しないアラート
    [ambiguous-order] 同じ日に複数の最初・最後の値がある
    [amount-unreadable] 数値を読み取れない
    [another-report] 別の種類のレポートがフォルダーにある
    [audience-leak] 閲覧者に見せない内容がページに含まれる
    [audiences-add-up] 二組の閲覧者の数値を合わせると第三の数値が分かる
    [balance-vanished] 元帳から消えた在庫
    [baseline-not-past] 基準期間がまだ終わっていない
    [basis-mixed] 基準の異なる金額が混ざっている
    [basis-undeclared] 金額が税込か税抜か不明
    [bounds-crossed] 下限が上限を超えている
    [category-unmapped] 種類の分からない金額
    [cause-without-lever] 要因に担当者または対処手順がない
    [causes-do-not-close] 要因の式が指標と一致しない
    [changed-after-sign-off] 承認後に目標が変更された
    [check-in-unknown] 存在しない「主要な成果」への自信度
    [child-unrelated] 子目標の指標が親目標と関係しない
    [children-differ-from-parent] 子目標の合計が親目標と合わない
    [coarse-values] 値が粗く、管理限界が当てにならない
    [column-ambiguous] 二つの列が同じ項目に当たる
    [column-missing] 必要な列がファイルにない
    [column-unknown] ファイルに未知の列がある
    [control-character] 文字に制御文字がある
    [cost-unknown] 原価データがない
    [counted-twice] 同じ数値が二つのソースにある
    [cycle] 定義が互いを参照している
    [data-limit] データファイルが大きすぎる
    [date-order-undeclared] 日と月の順が分からない
    [date-unreadable] 日付を読み取れない
    [day-missing] 途中の日付が欠けている
    [deck-order] デッキで結果が要因より先に並んでいる
    [definition-changed-silently] 指標の定義が説明なく変わった
    [duplicate-column] 見出しに同じ列名がある
    [duplicate-id] 同じ名前が二重に定義されている
    [duplicate-key] 同じキーが二度書かれている
    [duplicate-rows] 重複した行は一度だけ数えた
    [empty-file] 内容のないファイル
    [equal-rows] まったく同じ行がある
    [event-not-weighted] 目標期間のセールに重みがない
    [exchange-rate-mixed] 一つの数値に異なる為替が使われている
    [extra-week] 53 週ある年との比較
    [figure-restated] 公開済みの数値が変わった
    [file-cut] 途中で切れたおそれのあるファイル
    [file-not-read] どのソースも読まないファイル
    [file-too-large] 定義ファイルが大きすぎる
    [file-unreadable] データファイルを読めない
    [formula-cut] 数式がコンマで切れている
    [formula-not-allowed] 数式に使えない書き方がある
    [formula-too-long] 数式が長すぎる
    [formula-unfit] 式が列に合わない
    [formula-unreadable] 数式を読み取れない
    [grain-too-coarse] データの粒度が指標より粗い
    [growth-at-other-grain] 伸び率の期間が表と合わない
    [growth-without-baseline] 成長目標の基準期間がそろわない
    [header-changed] 列が承認済みの構成と異なる
    [header-not-found] 見出し行が見つからない
    [history-shallow] リポジトリの履歴が浅い
    [history-unreadable] Git の履歴を読めない
    [invariant-broken] 0 であるべき値が 0 でない
    [item-too-coarse] 評価項目の期間が評価シートより長い
    [item-without-target] 評価項目に使える目標がない
    [key-result-stands-still] 「主要な成果」の出発点と目標が同じ
    [ladder-unordered] 段階が順に並んでいない
    [limits-not-possible] 管理限界を計算できない
    [lock-unreadable] kpress.lock を読めない
    [lookup-ambiguous] 参照表で一つのキーに二行ある
    [lookup-missing] 参照表に該当行がない
    [lost-characters] 文字が書き出し前に「?」へ化けている
    [markdown-html] 記事中の HTML は文字として表示
    [markdown-link] 使えないリンクのため文字だけ残した
    [marketplace-differs] 別のマーケットプレイスのレポート
    [metric-above-stage] 会社の段階に対して早すぎる指標
    [metric-unused] どこにも使われていない指標
    [missing-key] 必須のキーがない
    [months-differ-from-target] 月別の合計が目標と合わない
    [no-owner] 責任者がいない
    [no-workspace] ワークスペースではない
    [not-additive] 足し合わせられない指標
    [not-readable] ファイルを読めない
    [not-signed] 目標の承認がそろっていない
    [not-utf8] 文字コードが UTF-8 でない
    [not-yet] この版ではまだ使えない書き方
    [number-overflow] 数値が正確に計算できる桁を超えた
    [number-unreadable] 数値を読み取れず、欠損として扱った
    [orphan-target] 全体目標に属さない目標
    [output-refused] 出力先に使えないフォルダー
    [outside-target-period] 目標の期間を外れた日付
    [page-name-taken] ページ名が重なっている
    [page-unsafe] ページに実行されうる内容がある
    [parts-overlap] 子目標のストアが重なっている
    [parts-phased-apart] 月別に見ると子目標の合計が親と合わない
    [parts-uncovered] 子目標に含まれないストアがある
    [path-refused] 使えないパス
    [period-differs] ファイルの日付が宣言した期間と合わない
    [period-undeclared] 日付がなく、期間も宣言されていない
    [personal-data-dropped] 購入者の個人情報を除いて読み込んだ
    [phase-unfit] この指標には合わない目標配分
    [phases-cross] 段階が重なるか、間が空いている
    [plugin-abi-broken] プラグインの応答が壊れている
    [plugin-api-unknown] プラグインの接続仕様が合わない
    [plugin-budget-exhausted] プラグインが割り当てを使い切った
    [plugin-cache-discarded] プラグインのキャッシュが壊れており、作り直した
    [plugin-cancelled] プラグインを途中で止めた
    [plugin-capability-missing] プラグインに必要な許可がない
    [plugin-compile-failed] プラグインをコンパイルできない
    [plugin-data-rejected] プラグインが行を受け付けない
    [plugin-denied] プラグインが許可のないものを求めた
    [plugin-descriptor-invalid] プラグインの記述が正しくない
    [plugin-failed] プラグインが処理を断念した
    [plugin-grant-invalid] プラグインへの許可か上限が無効
    [plugin-hash-mismatch] 承認済みのものと異なるプラグイン
    [plugin-http-failed] サーバーから使える応答がない
    [plugin-id-taken] プラグインの名前が他と重なっている
    [plugin-import-refused] プラグインに与えられない機能を必要とする
    [plugin-input-missing] プラグインへの入力が足りない
    [plugin-lock-stale] 承認時と異なることを求めるプラグイン
    [plugin-no-progress] 取得が先へ進まない
    [plugin-not-a-component] プラグインではないファイル
    [plugin-not-deterministic] プラグインの結果が毎回変わる
    [plugin-not-locked] 未承認のプラグイン
    [plugin-not-run] プラグインを使えない版
    [plugin-out-of-fuel] プラグインの計算量が上限を超えた
    [plugin-out-of-memory] プラグインのメモリーが足りない
    [plugin-output-invalid] プラグインの結果の形が正しくない
    [plugin-output-too-large] プラグインの結果が大きすぎる
    [plugin-params-invalid] プラグインが受け付けない設定
    [plugin-retry-later] あとで取り直すデータソース
    [plugin-rule] プラグインの検査で見つかった点
    [plugin-secret-unset] プラグインの秘密情報が未設定
    [plugin-signature-missing] 信頼できる署名がないプラグイン
    [plugin-stack-overflow] プラグインの呼び出しが深すぎる
    [plugin-timeout] プラグインの時間切れ
    [plugin-too-complex] 受け付けない構造のプラグイン
    [plugin-trapped] プラグインが異常終了した
    [plugin-unsupported] プラグインが対応していない指定
    [preset-unclear] 当てはまるプリセットが複数ある
    [protection-unchecked] パスワード保護が効いているか確かめられない
    [quarantine-limit] 使えない行が多すぎる
    [rate-missing] 為替レートがない
    [ratio-differs-from-parts] 比率の目標が部分の目標と合わない
    [raw-code-marker] 名前に図表ライブラリの特殊記号がある
    [rebase-suggested] 水準が変わったため限界の引き直しを推奨
    [recalibration-overdue] 定義の見直し期限を過ぎた
    [reconcile-silent] どんな差も許してしまう許容差
    [reconcile-unlike] 照合できない数値どうしの検査
    [review-heading-unknown] レビューの見出しが指標名と一致しない
    [review-leaves-actions-open] レビューで未完了アクションに触れていない
    [revision-without-reason] 目標の改定に理由がない
    [revisions-out-of-order] 改定の日付が順番どおりでない
    [row-count] ファイルの行数が想定外
    [row-set-aside] 使えない行
    [row-width] 見出しより多いセルを無視した
    [rows-after-as-of] 基準日より後の行は数えていない
    [rows-restated] 新しいファイルが過去の値を置き換えた
    [scale-out-of-range] 割合が宣言した範囲を外れている
    [scales-mixed] 評価シートの尺度が不ぞろい
    [scopes-overlap] 担当範囲が重なっている
    [score-without-consequence] 評価項目に報奨も理由もない
    [series-empty] 目標の系列にデータがない
    [several-documents] 一つのファイルに文書が二つある
    [several-owners] 同じ目標に異なる責任者
    [several-scorecards] 同じ人・期間に評価シートが二つある
    [several-themes] テーマが複数ある
    [shortcode-unknown] 本文のショートコードを解釈できない
    [source-without-files] ソースに合うファイルがない
    [sources-disagree] 二つのソースの数値が合わない
    [split-unfit] 分割の書き方が合わない
    [spreadsheet-damage] 番号が表計算ソフトで壊れている
    [stale-source] データが古い
    [status-without-reason] 目標の状態に理由がない
    [store-unknown] ストアが分からない
    [stretch-without-resources] 大きな伸びを求めるのに裏付けがない
    [strings-unreadable] 表示文字のファイルを読めない
    [summary-mismatch] 明細の合計が集計行と合わない
    [suppression-idle] 許容の記載に該当する問題がない
    [suppression-over] 許容の期限が過ぎた
    [target-already-met] 始まる前から達成している目標
    [target-cycle] 目標どうしが互いの親になっている
    [target-implausible] 過去から見て現実的でない目標
    [target-not-phased] 目標を日別に配分できない
    [target-not-smart] SMART を満たさない目標
    [target-sandbagged] 低すぎる目標
    [target-table] 目標の表に読めない行がある
    [target-twice] 同じ指標・期間に目標が二つある
    [target-without-direction] どちらが良いか不明な目標
    [target-without-period] 期間のない目標
    [template-drift] テンプレートと異なる目標に説明がない
    [template-error] テンプレートでエラー
    [theme-unreadable] テーマのファイルを読めない
    [too-few-core-metrics] 中核指標が少なすぎる
    [too-many-core-metrics] 中核指標が多すぎる
    [too-many-pains] 困りごとが三つを超える
    [too-many-series] 一つの図に系列が多すぎる
    [totals-left-out] 合計行を除いた
    [traffic-not-loaded] 販売はあるがトラフィックが未反映
    [unclosed-quote] 引用符が閉じていない
    [undecodable-bytes] 文字コードが正しくない
    [unfit-name] 使えない形の名前
    [unfit-value] 使えない値
    [unit-mismatch] 単位が合わない
    [unknown-column] ソースにない列
    [unknown-file] どの種類にも当てはまらないファイル
    [unknown-function] 存在しない関数
    [unknown-key] 存在しないキー
    [unknown-metric] 存在しない指標
    [unknown-name] どこにも定義されていない名前
    [unknown-rule] 存在しない検査項目
    [unknown-tag] 使えない YAML タグ
    [unknown-target] 存在しない目標
    [value-implausible] 一日だけ桁違いの値
    [value-unknown] 列に未知の値
    [veto-without-effect] 否決条件が効いていない
    [wbr-database-source] 取り込んだデッキがデータベースを参照
    [wbr-left-out] 取り込んだデッキに変換できない部分がある
    [wbr-target-used-as-metric] 取り込んだ目標線が指標にも使われている
    [wbr-unfit-value] 取り込んだデッキに使えない値がある
    [wbr-unknown-key] 取り込んだデッキに未知のキーがある
    [wbr-unsupported-query] 取り込んだデッキの条件を解釈できない
    [week-number-differs] 週番号が ISO 8601 と異なる
    [weights-not-whole] 重みの合計が 100% でない
    [wrong-type] 値の種類が違う
    [yaml-limit] YAML の展開が大きすぎる
    [yaml-syntax] YAML の書式エラー
   *[other] { $rule }
}
rule-fix = { $rule ->
    [acknowledged-nothing] アラート名を確かめる（kpress alerts で一覧）か、この確認を削除する
    [action-overdue] レビューで完了にするか、理由を書いて期限を改める
    [action-vanished] 前のレビューに書き戻すか、ID を直す
    [action-without-owner] owner: を書く
    [address-taken] どちらかの名前を変える
    [aggregate-misplaced] 先に部分ごとに集計し、それから計算する
    [alert-unknown] アラート名を確かめる
    [ambiguous-order] order: で並び順の列を指定する
    [amount-unreadable] 120_000_000、22%、1200 JPY のように書く
    [another-report] ファイルをフォルダーから出し、別のデータソースにする
    [audience-leak] 文から取り除くか、対象を限るか、sees を広げる
    [audiences-add-up] どちらにも合計を見せるか、一方の範囲を狭める
    [balance-vanished] その日の元帳を、すべての商品と所在地を含めて取り直す
    [baseline-not-past] 目標が始まる前に終わる期間にする
    [basis-mixed] 税・通貨・アトリビューション期間をそろえる
    [basis-undeclared] ソースまたは指標に tax: を書く
    [bounds-crossed] 上下の値を見直す
    [category-unmapped] 該当する利益の段階の where: にその種類を書き加える
    [cause-without-lever] levers: に担当者と手順を書く
    [causes-do-not-close] causes: の式と各要因の定義を確かめる
    [changed-after-sign-off] 承認者に改めて確認してもらうか、元の値に戻す
    [check-in-unknown] ID を確かめる。自信度は 0 から 1 まで
    [child-unrelated] 関係のある親目標に付け替えるか、causes: を補う
    [children-differ-from-parent] 子目標を直すか、rest: rescale で差を配分する
    [coarse-values] より長い期間で限界を求めるか、小数桁を増やす
    [column-ambiguous] columns: でどちらを使うか指定する
    [column-missing] その列を含むレポートを取り直すか、columns: を直す
    [column-unknown] 対応は不要。必要な列なら columns: に書く
    [control-character] その文字を除いて行を書き直す
    [cost-unknown] 原価表に該当 SKU と日付の原価を追加する
    [counted-twice] どちらか一方のソースのファイルだけを残す
    [cycle] どちらか一方を独立に定義する
    [data-limit] ファイルを分割する
    [date-order-undeclared] 日付形式（日/月か月/日）を宣言する
    [date-unreadable] 宣言した形式に直すか、日付形式の宣言を改める
    [day-missing] 欠けている日のレポートを取り直す
    [deck-order] 要因の指標を前に移す
    [definition-changed-silently] changes: に変更内容と理由を書く
    [duplicate-column] どちらかを削除か改名する。今は最初の列を使う
    [duplicate-id] どちらかを改名するか削除する
    [duplicate-key] どちらかを削除する
    [duplicate-rows] 対応は不要。キーの宣言だけ確かめる
    [empty-file] ファイルを削除するか、内容を書く
    [equal-rows] 同じ行が二度現れないレポートなら、データソースに once: true を書く
    [event-not-weighted] カレンダーでセールに重みを付けるか、注記する
    [exchange-rate-mixed] fx: をそろえる
    [extra-week] 前年比を読むときは 1 週の差に注意する
    [figure-restated] ページの修正の注記を見て、古い数値を使った人に伝える
    [file-cut] 取り直す。最後の行が欠けていなければ、行末に改行を入れる
    [file-not-read] ファイル名か置き場所を改めるか、ソースの files: を改める
    [file-too-large] 分割する。表は data/ の下に置く
    [file-unreadable] 破損していないか確かめ、取り直す
    [formula-cut] 数式を引用符で囲む
    [formula-not-allowed] 集計関数と四則演算だけで書く
    [formula-too-long] 部分ごとに指標として名前を付ける
    [formula-unfit] 列名と型を確かめる
    [formula-unreadable] この箇所の括弧と名前を確かめる
    [grain-too-coarse] より長い期間にするか、細かいレポートを使う
    [growth-at-other-grain] 表と同じ期間の伸び率にする
    [growth-without-baseline] 基準期間のデータを補うか、目標値を直接書く
    [header-changed] 確かめて kpress data accept を実行する
    [header-not-found] 正しいレポートか確かめるか、header: を直す
    [history-shallow] 履歴を含めて取得する（fetch-depth: 0）
    [history-unreadable] Git リポジトリ内で実行するか、history: git を外す
    [invariant-broken] 照合ページを見て、該当ファイルを取り直す
    [item-too-coarse] 評価の期間を長くするか、別の指標にする
    [item-without-target] この人の目標・下限・範囲を定める
    [key-result-stands-still] baseline と target を違う値にする
    [ladder-unordered] 最も低い値から順に並べる
    [limits-not-possible] 完了した期間が 5 つ以上たまるのを待つか、limits: を外す
    [lock-unreadable] 競合を直すか、kpress data accept と kpress plugin lock を実行する
    [lookup-ambiguous] キーごとに一行にする
    [lookup-missing] 参照表に該当行を追加する
    [lost-characters] UTF-8 で書き出し直す
    [markdown-html] Markdown で書き直す
    [markdown-link] http・https・mailto か相対リンクにする
    [marketplace-differs] 別のソースかストアに分ける
    [metric-above-stage] ダッシュボードから外すか、site.stage を改める
    [metric-unused] ダッシュボードに載せるか、指標を削除する
    [missing-key] キーを書き加える
    [months-differ-from-target] 月別の値か目標を直す
    [no-owner] owner: を書く
    [no-workspace] kpress.yaml のあるフォルダーに移るか、kpress init を実行する
    [not-additive] 足せる指標にするか、合計を外す
    [not-readable] ファイルの文字コードと権限を確かめる
    [not-signed] 署名欄の人に確認してもらう
    [not-utf8] UTF-8 で保存する
    [not-yet] 削除するか、次の版を待つ
    [number-overflow] データと単位を確かめる
    [number-unreadable] セルを直す。欠損は 0 とは見なさない
    [orphan-target] parent: で親目標を指定する
    [output-refused] 新しいフォルダーか空のフォルダーを選ぶ
    [outside-target-period] 期間内の日付にする
    [page-name-taken] ファイル名を変える
    [page-unsafe] クラスを使い、スタイルシートに書く
    [parts-overlap] ストアごとに一つの子目標にする
    [parts-phased-apart] 同じ月配分を使う
    [parts-uncovered] そのストアの目標を加えるか、理由を書く
    [path-refused] ワークスペース内のパスにする
    [period-differs] 正しい期間に置くか、取り直す
    [period-undeclared] パスまたはソースに期間を書く
    [personal-data-dropped] 対応は不要。これらの列はどのページにも出ない
    [phase-unfit] 指標に合う配分方法に変える
    [phases-cross] 前の段階の翌日から始める
    [plugin-abi-broken] 現行のツールで作り直す
    [plugin-api-unknown] この版の kpress に合わせて作り直す
    [plugin-budget-exhausted] 示された上限を上げるか、一度に読む量を減らす
    [plugin-cache-discarded] 対応は不要
    [plugin-cancelled] 対応は不要。新しい入力で計算し直している
    [plugin-capability-missing] kpress.yaml に許可を加え、承認し直す
    [plugin-compile-failed] 作者に小さくしてもらう
    [plugin-data-rejected] 示された行を確かめる
    [plugin-denied] 必要なら kpress.yaml で許可し、承認し直す
    [plugin-descriptor-invalid] 作者に知らせる
    [plugin-failed] 理由を確かめる。それまで数値は「—」になる
    [plugin-grant-invalid] プラグインが求める範囲で、上限内に書く
    [plugin-hash-mismatch] 変更を確かめて kpress plugin approve を実行する
    [plugin-http-failed] 後でもう一度 kpress data pull を実行する
    [plugin-id-taken] どちらかの名前を変える
    [plugin-import-refused] kpress plugin build で作るか、作者に知らせる
    [plugin-input-missing] 求められる入力をすべて書く
    [plugin-lock-stale] 確かめて kpress plugin approve を実行する
    [plugin-no-progress] プラグインの作者に問い合わせる
    [plugin-not-a-component] kpress plugin build で作る
    [plugin-not-deterministic] 時刻、乱数、順序のない辞書を使わないように直す
    [plugin-not-locked] kpress plugin check の後に kpress plugin approve を実行する
    [plugin-not-run] プラグインに対応した kpress を使うか、数式で書く
    [plugin-out-of-fuel] 正しければ limits: の fuel: を上げるか、行を減らす
    [plugin-out-of-memory] limits: の memory: を上げるか、行を減らす
    [plugin-output-invalid] 作者に知らせる
    [plugin-output-too-large] 期間を長くするか、対象を減らす
    [plugin-params-invalid] プラグインの説明どおりに config: を直す
    [plugin-retry-later] 示された時間がたってから取り直す
    [plugin-rule] 原文に従って直すか、作者に問い合わせる
    [plugin-secret-unset] 示された環境変数を設定する
    [plugin-signature-missing] 署名を入手するか、plugin_host.trusted_keys を改める
    [plugin-stack-overflow] プラグインの終わらない再帰を直す
    [plugin-timeout] limits: の wall: を上げるか、行を減らす
    [plugin-too-complex] kpress plugin new の手順で作る
    [plugin-trapped] kpress plugin run で試して直す
    [plugin-unsupported] 説明に従って指定を変える
    [preset-unclear] ファイル名にレポート名を入れるか、データソースに preset: を書く
    [protection-unchecked] 公開先に url: を書く
    [quarantine-limit] ファイルを取り直すか、行を直すか、quarantine: で許容を広げる
    [rate-missing] 為替表に該当の通貨と日付を追加する
    [ratio-differs-from-parts] 部分の目標を見直し、全体と合わせる
    [raw-code-marker] データからその記号を取り除く
    [rebase-suggested] 原因を確かめ、rebase の注記を付ける
    [recalibration-overdue] 見直して reviewed: を更新する
    [reconcile-silent] 調べなくてよい差だけを許す（例：1%）
    [reconcile-unlike] 単位と期間が同じ二つの指標にする
    [review-heading-unknown] 実在する指標の ID に直す
    [review-leaves-actions-open] 各アクションの状況をレビューに書く
    [revision-without-reason] reason: を書く
    [revisions-out-of-order] 日付順に並べる
    [row-count] 取り直すか、rows: の範囲を改める
    [row-set-aside] 行を直すか、ファイルを取り直す
    [row-width] 余分な区切り文字がないか確かめる
    [rows-after-as-of] 対応は不要。必要なら基準日を延ばす
    [rows-restated] 対応は不要。該当日は新しい値を使う
    [scale-out-of-range] 百分率か小数かを確かめる
    [scales-mixed] 目標達成時の得点をそろえる
    [scopes-overlap] covers: を分けて、各行を一人に割り当てる
    [score-without-consequence] incentive: か、ない理由を書く
    [series-empty] ソースに該当行があるか確かめる
    [several-documents] 二つのファイルに分ける
    [several-owners] 責任者を一人にする
    [several-scorecards] 一つだけ残す
    [several-themes] themes/ の下を一つだけにする
    [shortcode-unknown] 指標・範囲・期間の書き方を確かめる
    [source-without-files] files: のパスを確かめるか、ファイルを置く
    [sources-disagree] 照合ページを見て、不完全なレポートを探す
    [split-unfit] 分割の対象と割合を確かめる
    [spreadsheet-damage] 元のシステムから出し直し、Excel で保存し直さない
    [stale-source] 最新のレポートを取り込む
    [status-without-reason] reason: を書く
    [store-unknown] stores.yaml に登録する
    [stretch-without-resources] resources: を書くか、目標を下げる
    [strings-unreadable] この行を直す
    [summary-mismatch] ファイルを取り直す
    [suppression-idle] この許容を削除する
    [suppression-over] 直すか、新しい期限を書く
    [target-already-met] 目標を引き上げる
    [target-cycle] どちらかの parent を外す
    [target-implausible] 値と単位を確かめるか、根拠を書く
    [target-not-phased] 配分方法かカレンダーを補う
    [target-not-smart] 目標ページで足りない点を補う
    [target-sandbagged] 前期の実績を踏まえて引き上げる
    [target-table] 表の該当行を直す
    [target-twice] 一つ残すか、状態を書く
    [target-without-direction] 指標に better: を書く
    [target-without-period] period: を書く
    [template-drift] 理由を書くか、テンプレートの値に戻す
    [template-error] テンプレートの該当箇所を直す
    [theme-unreadable] リンクでなくファイルを置く（1 MiB まで）
    [too-few-core-metrics] 3～5 個を目安に追加する
    [too-many-core-metrics] 5 個以内に絞る
    [too-many-pains] 大事な三つだけ残す
    [too-many-series] 図を分ける
    [totals-left-out] 対応は不要
    [traffic-not-loaded] 数日後にレポートを取り直す
    [unclosed-quote] 書き出し直す
    [undecodable-bytes] encoding: を宣言するか、UTF-8 で保存する
    [unfit-name] 英数字・ハイフン・下線で書く
    [unfit-value] 使える値に直す
    [unit-mismatch] 目標と指標の単位をそろえる
    [unknown-column] 列名を確かめる
    [unknown-file] 正しいフォルダーに移すか、削除する
    [unknown-function] 数式で使える関数に直す
    [unknown-key] キーの綴りを確かめる
    [unknown-metric] 綴りを確かめるか、定義する
    [unknown-name] 綴りを確かめるか、定義を加える
    [unknown-rule] 綴りを確かめる
    [unknown-tag] タグを外して値だけを書く
    [unknown-target] 目標の ID を確かめる
    [value-implausible] その日の値をレポートと見比べる
    [value-unknown] 列の `words:` に、その値の意味を書く
    [veto-without-effect] bands: か係数を書く
    [wbr-database-source] ファイルに書き出してから使う
    [wbr-left-out] 必要な部分を手で加える
    [wbr-target-used-as-metric] 目標と指標を分けて定義する
    [wbr-unfit-value] 使える値に直す
    [wbr-unknown-key] 綴りを確かめるか、削除する
    [wbr-unsupported-query] and・or・not でつないだ比較に書き直す
    [week-number-differs] 週の開始曜日の設定を確かめる
    [weights-not-whole] 合計が 100% になるよう直す
    [wrong-type] ここで求められる種類の値を書く
    [yaml-limit] 分割するか、別名の参照を減らす
    [yaml-syntax] この行の括弧・引用符・字下げを確かめる
   *[other] kpress explain { $rule } で説明を見る
}
rules-fix = 対処
data-raw = 原文と場所
data-check = 検査項目
sentence-gap = {""}
sentence-then = 、
sentence-stop = 。
resource-budget = 予算
resource-people = 人員
resource-tool = ツール
## 診断
nav-diagnosis = 診断
diagnosis-answer = 回答
diagnosis-answered = 回答
diagnosis-answers = 回答とデータ
diagnosis-area = 分野
diagnosis-area-cadence = リズム
diagnosis-area-data = データ
diagnosis-area-incentives = 評価
diagnosis-area-open = { $area }：採点しない
diagnosis-area-ownership = 責任
diagnosis-area-score = { $area }：100点中{ $score }点
diagnosis-area-targets = 目標
diagnosis-areas = 分野ごとの成熟度
diagnosis-broken = 分解された目標
diagnosis-cards = スコアカードがある人
diagnosis-check = 確認項目
diagnosis-closed = 期限までに閉じた行動
diagnosis-core = 目標のある主要指標
diagnosis-do-broken = 全体の目標を店舗や人に分ける：目標に `split:` か `parent:` を書く
diagnosis-do-cards = 役割ごとにスコアカードを `scorecards/` に書く
diagnosis-do-closed = 期限の来た行動を振り返りで閉じるか、延期の理由を書く
diagnosis-do-core = 主要指標ごとに目標を `targets/` に書く
diagnosis-do-few = 指標を三つから五つに絞る
diagnosis-do-fresh = 古くなったレポートをもう一度ダウンロードする
diagnosis-do-held = 目標ごとに `owner:` を書く
diagnosis-do-led = スコアカードの各行に `incentive:` か、ない理由を書く
diagnosis-do-linked = よい数字が何につながるかを決める：まず話し、次に報酬に
diagnosis-do-listed = 全員を `people.yaml` に書く
diagnosis-do-looked = 主要指標の定義を見直し、`reviewed:` を書く
diagnosis-do-named = 数字ごとに一人が責任を持つ
diagnosis-do-owners = 主要指標ごとに `owner:` を書く
diagnosis-do-reconciled = データ源どうしを照合する：`reconcile:` に書く
diagnosis-do-resourced = 目標に予算・道具・人手を書く：`resources:`
diagnosis-do-reviews = 振り返りごとに一つのファイルを書く：`kpress new review`
diagnosis-do-rhythm = 毎週決まった時間に一緒に数字を見る
diagnosis-do-signed = 担当者に目標を承認してもらう：`ack:`
diagnosis-do-sources = 足りないレポートを `data/` に置き、`kpress check` が挙げる口径の質問に答える
diagnosis-do-tools = ERP や広告ツールから書き出し、手で写さない
diagnosis-few = 同時に見る指標の数
diagnosis-few-orders = 月{ $count }件：一日十件に満たないので、まず生き残るための指標を見る
diagnosis-fresh = 古くないデータ源
diagnosis-growing = まだ弱い分野がある：まず三つの主要指標から
diagnosis-growth = 成長期：まず三つの主要指標（ACoS、転換率、在庫日数）
diagnosis-held = 担当者のいる目標
diagnosis-judged = 採点できた項目
diagnosis-led = 結果につながる評価項目
diagnosis-lifetime-long = 何年も
diagnosis-lifetime-short = 一シーズン
diagnosis-linked = よい数字が何につながるか
diagnosis-listed = 登録されたメンバー
diagnosis-long-windows = 商品が何年も売れる：傾向は13週以上の期間で見る
diagnosis-looked = 定義を見直した主要指標
diagnosis-mature = 成熟期：すべての指標
diagnosis-maturity = 成熟度
diagnosis-named = 数字に責任を持つ人
diagnosis-next = 次の三歩
diagnosis-no-scorecards = チームは{ $count }人：個人のスコアカードは不要で、評価は採点しない
diagnosis-none = なし
diagnosis-of-hundred = 100点中{ $score }点
diagnosis-open = 回答または対象なし
diagnosis-owners = 担当者のいる主要指標
diagnosis-pain = 困りごと
diagnosis-pain-account = アカウントへの警告
diagnosis-pain-ads = 広告費が高い
diagnosis-pain-cash = 資金が足りない
diagnosis-pain-conversion = 見られるが買われない
diagnosis-pain-data = 数字が食い違う
diagnosis-pain-people = 誰が何をするか不明
diagnosis-pain-profit = 売れても利益が出ない
diagnosis-pain-ratings = 評価が低い
diagnosis-pain-returns = 返品が多い
diagnosis-pain-stock = 在庫過多または欠品
diagnosis-pain-traffic = アクセスが減る
diagnosis-pains = 困りごとはどこから見るか
diagnosis-part = { $part } / { $whole }
diagnosis-points = 点数
diagnosis-q-ads = 広告ツール（データ：広告データ源の数）
diagnosis-q-budget = 月の広告予算（データ：先月の広告費）
diagnosis-q-categories = カテゴリー
diagnosis-q-erp = ERP（データ：ERPデータ源の数）
diagnosis-q-gmv = 月の売上（データ：先月）
diagnosis-q-lifetime = 商品が売れる期間
diagnosis-q-metrics = これまで見てきた指標（データ：定義済み）
diagnosis-q-orders = 月の注文（データ：先月）
diagnosis-q-start = 数字を始める日（データ：最初の日）
diagnosis-q-stores = 店舗
diagnosis-q-team = チームの人数（データ：登録済み）
diagnosis-question = 質問
diagnosis-reached = 達成
diagnosis-reconciled = 互いに照合する数字
diagnosis-resourced = 裏付けのある目標
diagnosis-reviews = この八週に書かれた振り返り
diagnosis-rhythm = 一緒に数字を見る頻度
diagnosis-seen = データ
diagnosis-shown = データでは
diagnosis-signed = 担当者が承認した目標
diagnosis-small-team = チームは{ $count }人：まず生き残るための指標を見る
diagnosis-sources = 数字のある主要指標
diagnosis-stage = 勧める段階
diagnosis-standing = 弱い分野がない
diagnosis-startup = 立ち上げ期：まず生き残るための指標
diagnosis-step = すること
diagnosis-told = もと
diagnosis-tools = 数字をもたらす道具
diagnosis-why = 理由
diagnosis-write-pack = パックを勧めます：`kpress.yaml` に `{ $line }` と書く
diagnosis-write-stage = この段階で表示する：`site:` の下に `{ $line }` と書く

## グループ
nav-group = グループ
group-base = { $currency } 換算
group-country = 国
group-currency = 通貨
group-daily = その日のレート
group-exempt = 免税
group-metric = { $name }、{ $period }
group-month-avg = 月平均レート
group-month-end = 月末レート
group-no-own = 自国通貨の指標がありません。metrics/ に一行加えてください：{ $line }
group-no-rate = { $period } の { $currency } のレートがないためダッシュを示します。{ $file } のファイルに一行加えてレートを書いてください：{ $line }…
group-nothing = 各国の金額を足す指標がありません。通貨ごとの指標（`unit: USD`）と換算した指標（`unit: JPY, fx: month_avg`）を書き、足し合わせてください。
group-own = 自国通貨
group-rate = 換算率
group-rate-newest = 最新のレートの日
group-rate-source = レートの出典
group-rates = レート
group-tax = 消費税
group-taxable = 課税
group-zone = タイムゾーン

## 修正
restated-fetched = データ源 { $source } を { $day } に取り直した
restated-more = 修正された数値がほかに { $count } 件：「変更点」のページへ
restated-note = 修正：{ $name }（{ $scope }、{ $period }）は { $on } のバージョン { $version } では { $was }、現在は { $now }。理由：{ $because }。
restated-source = データ源 { $source } のファイルが変わった

## 足りないデータ
awaited = まだないレポート
awaited-feeds = 計算できる指標
awaited-files = 置き場所
awaited-here = このページには次のデータ源のファイルを待つ数字があります。これらのフォルダーにレポートを置くと表示されます。
chart-empty = { $chart }：この期間の数字はまだありません。
awaited-more = ほか { $count } 件
launch-aligned = 発売日をそろえた比較（発売からの週）
