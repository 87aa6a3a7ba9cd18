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
standing-too-early = 判定前

## カード
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
