# 画面の文言。キーは全言語で同じ(テストで確認)。

## ページ
skip-to-content = 本文へ
nav-label = 目次
crumbs-label = 現在地
language-label = 言語
search-label = 検索
search-none = 見つかりません
theme-auto = 表示:自動
theme-light = 表示:明るい
theme-dark = 表示:暗い
data-as-of = データ基準日
data-none = データはまだありません

## 値の状態
state-complete = 確定
state-provisional = 今後変わる可能性あり
state-partial = 欠けた日あり
state-running = 期間の途中
state-missing = この期間のデータなし
state-no-data = データなし
state-undefined = 計算不可:分母がゼロ
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
standing-on = 達成
standing-near = あと少し
standing-off = 未達
standing-no-data = データなし
standing-paused = 一時停止
standing-too-early = 判定前

## カード
cards-label = 主な数値
card-settled = 直近の確定値
card-target = 目標
card-attainment = 達成率
card-owner = 責任者
card-trouble = 値なし:

## グラフ
chart-numbers = 数値を見る
chart-slot = 期間
chart-interactive = 動くグラフ
chart-static = 元のグラフ
chart-right-axis = (右軸)
chart-axis-from = 軸は { $value } から
chart-open = 白抜き:未確定の値

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
level-store = ストア
level-category = カテゴリー
level-error = エラー
level-warning = 警告
level-note = 注記
metric-definition = 定義と算出基準
metric-weeks = 週ごとの値
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
fact-why = 理由
fact-hint = 対処方法
metrics-broken = 定義を読み取れない指標
notice-broken-metric = この指標の定義を読み取れませんでした。修正されるまで数値は表示されません。
notice-all = データページの指摘事項
notice-warned = 数値を利用する前に確認したい警告があります。
notice-counts = エラー {$errors} 件・警告 {$warnings} 件
