# 界面文字。各语言的键相同(由测试保证)。

## 页面
skip-to-content = 跳到正文
nav-label = 栏目
crumbs-label = 当前位置
language-label = 语言
search-label = 搜索
search-none = 没有找到
theme-auto = 外观:自动
theme-light = 外观:浅色
theme-dark = 外观:深色
data-as-of = 数据截至
data-none = 暂无数据

## 数值状态
state-complete = 完整
state-provisional = 仍可能变动
state-partial = 缺少部分日期
state-running = 期间未结束
state-missing = 该期间没有数据
state-no-data = 无数据
state-undefined = 无法计算:分母为零
state-future = 尚未开始
state-other-grain = 该期间长度不计量
days-of = { $observed }/{ $expected }天

## 变化
change-up = 上升
change-down = 下降
change-good = 改善
change-bad = 变差
change-not-available = 无法比较
change-not-meaningful = 无意义

## 达成
standing-exceed = 超额达成
standing-on = 达成
standing-near = 接近
standing-off = 未达成
standing-no-data = 无数据
standing-paused = 已暂停
standing-too-early = 尚早

## 卡片
cards-label = 主要数字
card-settled = 最近确定值
card-target = 目标
card-attainment = 达成率
card-owner = 责任人
card-trouble = 没有数值:

## 图表
chart-numbers = 查看数值
chart-slot = 期间
chart-interactive = 交互图表
chart-static = 静态图表
chart-right-axis = (右轴)
chart-axis-from = 坐标轴从 { $value } 开始
chart-open = 空心:数值尚未确定

## 表格、文章、提示
table-label = 表格
table-sort = 排序
prose-other-language = 这篇文字还没有中文版。
notice-error = 错误
notice-warning = 注意
notice-info = 提示

## 以下为页面自身的文字

## Report
better-higher = 越高越好
better-lower = 越低越好
better-neutral = 中性
better-range = 区间内为好
chart-months = 按月
chart-weeks = 按周
compare-previous-day = 较前一天
compare-previous-week = 较上周
compare-previous-month = 较上月
compare-previous-quarter = 较上季度
compare-previous-fiscal-year = 较上财年
compare-previous-year = 同比
data-encoding = 编码
data-file = 文件
data-file-count = 文件数
data-files = 已读取的文件
data-findings = 检查结果
data-first = 首日
data-last = 末日
data-hash = SHA-256
data-left-out = 排除的行
data-level = 级别
data-message = 内容
data-no-findings = 没有发现问题。
data-place = 位置
data-preset = 预设
data-provisional-from = 此日起可能变动
data-rows = 行数
data-rule = 规则
data-source = 数据源
data-sources = 数据源
fact-attribution = 归因窗口
fact-id = 标识
fact-parts = 由以下指标计算
fact-place = 定义位置
fact-sources = 数据源
fact-tax = 税口径
fact-unit = 单位
fact-used-by = 用于
home-period = { $period }
home-stores = 各店铺
home-weeks = 最近几周
importance-core = 核心指标
importance-survival = 生存指标
importance-guardrail = 护栏指标
importance-other = 辅助指标
importance-advanced = 进阶指标
level-store = 店铺
level-category = 品类
level-error = 错误
level-warning = 警告
level-note = 提示
metric-definition = 定义与口径
metric-weeks = 逐周数值
nav-articles = 手册
nav-compare = 店铺对比
nav-dashboards = 看板
nav-data = 数据
nav-home = 首页
nav-metrics = 指标
nav-people = 人员
nav-stores = 店铺
nav-targets = 目标
period-named = { $period }
person-nothing = 没有负责的指标或目标。
scope-company = 全公司
series-previous-year = 去年同期
series-target = 目标
store-history = 逐月数据
table-actual = 实际
table-better = 方向
table-covers = 负责范围
table-formula = 公式
table-gap-best = 与最佳差距
table-gap-median = 与中位数差距
table-metric = 指标
table-period = 期间
table-person = 人员
table-rank = 排名
table-scope = 范围
table-share = 占比
table-standing = 达成
table-team = 团队
table-total = 合计
table-value = 数值
target-parent = 上级目标
target-parts = 拆解
target-red = 红线
target-resources = 配套资源
target-stretch = 挑战目标
tax-exclusive = 不含税
tax-inclusive = 含税
tax-mixed = 混合（有意）
tax-unknown = 未声明
notice-errors = 发现 { $count } 个错误，受影响之处已就地标明。
trouble-basis = 金额口径（含税还是不含税）尚未声明；数据页的警告给出了应写的那一行。
trouble-unknown = 没有这个指标。
notice-basis = 金额的税口径尚未声明，无法显示数值：
notice-broken = 以下指标的定义无法识别：
home-freshness = 数据新鲜度
data-age = 距数据截止日
fact-dashboards = 所在看板
series-target-low = 目标下限
series-target-high = 目标上限
target-title = { $metric } · { $period }
target-title-scope = { $metric } · { $scope } · { $period }
target-parts-sum = 拆解合计
target-parts-left = 与上级目标的差额
fact-why = 为什么重要
fact-hint = 解决办法
metrics-broken = 无法识别的指标
notice-broken-metric = 这个指标的定义无法识别，修正之前没有数字。
notice-all = 数据页上的检查结果
notice-warned = 使用数字之前，有几条警告值得先看。
notice-counts = 错误 {$errors} 条，警告 {$warnings} 条
