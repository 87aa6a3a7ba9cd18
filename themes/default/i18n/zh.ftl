# 界面文字。各语言的键相同(由测试保证)。

## 页面
skip-to-content = 跳到正文
nav-label = 栏目
crumbs-label = 当前位置
language-label = 语言
search-label = 搜索
search-none = 没有找到
theme-auto = 外观：自动
theme-light = 外观：浅色
theme-dark = 外观：深色
data-as-of = 数据截至
data-none = 暂无数据

## 数值状态
state-complete = 完整
state-provisional = 仍可能变动
state-partial = 缺少部分日期
state-running = 期间未结束
state-missing = 该期间没有数据
state-no-data = 无数据
state-undefined = 无法计算：分母为零
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
standing-on = 达标
standing-near = 接近
standing-off = 未达标
standing-no-data = 无数据
standing-paused = 已暂停
standing-too-early = 尚早

## 卡片
cards-label = 主要数字
card-settled = 最近确定值
card-target = 目标
card-attainment = 达成率
card-owner = 责任人
card-trouble = 没有数值：

## 图表
chart-numbers = 查看数值
chart-slot = 期间
chart-interactive = 交互图表
chart-static = 静态图表
chart-right-axis = (右轴)
chart-axis-from = 坐标轴从 { $value } 开始
chart-open = 空心：数值尚未确定

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
aside-title = 未采用的行：{ $source }
aside-about = 以下各行不计入任何数字。在修正该行或重新下载报告之前，所在日期按不完整处理。
aside-more = 共 { $rows } 行，这里列出前 { $listed } 行；全部见页尾的表格。
aside-rows = 未采用的行
aside-others = 其余各行
aside-others-count = 照常计入
aside-file-refused = 不计入：不可用的行过多，整个文件被拒绝
aside-place = 文件与行号
aside-rule = 违反的规则
aside-day = 日期
aside-fields = 该行内容
aside-csv = 下载全部未采用的行（CSV）
aside-cells = 单元格数与表头不符：{ $about }
aside-empty = { $about } 为空
aside-unreadable = { $about } 无法识别
aside-invariant = 不成立：{ $about }
aside-conflict = 与另一行的 { $about } 相同，内容却不一致
aside-foreign = 属于 { $about }，与该来源不符
aside-stray = 日期 { $about } 与文件其他各行相差数年
attribution-days = 点击后 { $days } 天
attribution-mixed = 有意合计了不同窗口
attribution-of = 点击后 { $days } 天（{ $sources }）
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
name-of-period = { $name } · { $period }
level-store = 店铺
level-category = 品类
level-ad-type = 类型
level-error = 错误
level-warning = 警告
level-note = 提示
metric-definition = 定义与口径
metric-weeks = 逐周数值
handbook-about = 手册的说明：含义、算例、常见误读、怎么办
handbook-figures = 它的数值、图表与定义
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
trouble-plugin = 插件运行失败：{ $rule }（{ $plugin }）
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
target-parts-months = 各部分之和有差异的月份
target-parts-month = { $month }：{ $gap }
fact-why = 为什么重要
fact-hint = 解决办法
fact-notes = 详细信息
metrics-broken = 无法识别的指标
doubt = { $whose } { $period } 的“{ $check }”不成立（{ $gap }{ $count ->
    [one] {""}
   *[other] ，这样的期间共 { $count } 个
  }）。查清之前，{ $metrics }的构成不一定正确。
notice-broken-metric = 这个指标的定义无法识别，修正之前没有数字。
notice-all = 数据页上的检查结果
notice-warned = 使用数字之前，有几条警告值得先看。
notice-counts = 错误 {$errors} 条，警告 {$warnings} 条
days-covered = 已载入 {$observed} 天，无缺失
days-lacking = {$expected} 天中已载入 {$observed} 天；缺：{$days} 日
data-store = 店铺来自
data-columns = 列
data-column = 文件中的列
data-name = 公式中的名称
data-use = 用途
data-days = 已载入的日期
column-used = 已使用
column-read = 已读取，未使用
column-ignored = 排除：未定义
column-personal = 丢弃：个人数据
data-own = 自定义列
data-pattern = 文件
data-no-files = 没有读取任何文件。
data-bytes = 字节
data-day-first = 起
data-day-last = 止
data-days-of = 已载入的日期：{ $table }
chart-more = 其余 {$count} 个见数字表
series-target-of = 目标（{$name}）

## Objectives and launches
launch-ahead = 尚未上架
launch-asked = 要求
launch-condition = { $sign } { $value }
launch-date = 上架日
launch-day = 上架第几天
launch-done = 已通过全部关卡
launch-early = 提前
launch-exit = 离开此阶段的条件：{ $all } 项中已满足 { $holding } 项
launch-fails = ✗ 未满足
launch-gate = 是否满足
launch-gates = 关卡
launch-held = { $all } 项条件中已满足 { $holding } 项
launch-holds = ✓ 满足
launch-in-time = 按计划
launch-late = 落后 { $count } 天
launch-missing = 首要缺口
launch-phase = 按日程所处阶段
launch-phase-title = { $phase }：第 { $from }–{ $to } 天
launch-product = 商品
launch-timing = 进展
launch-unknown = 暂无数据
launch-week = 周
launch-weeks = 上架以来逐周
nav-launch = 新品发布
nav-objectives = 目标与关键结果
objective-aspirational = 挑战型：达成七成即视为达成
objective-baseline = 起点
objective-check-ins = 跟进记录
objective-committed = 承诺型：须全部达成
objective-confidence = 信心
objective-date = 日期
objective-done = 已完成
objective-elapsed = 时间已过
objective-initiative = 举措
objective-initiatives = 举措（不计入进度）
objective-key-result = 关键结果
objective-key-results = 关键结果
objective-kind = 类型
objective-note = 备注
objective-objective = 目标
objective-open = 进行中
objective-parent = 上级目标
objective-progress = 进度
objective-state = 状态
objective-weight = 权重
## Targets
target-pace = 进度
target-forecast = 预测
lead-to-date = 截至目前
lead-of = 目标 { $target }
lead-needed = 每天还需
lead-uplift = 计划的 { $uplift } 倍，剩余 { $days } 天
lead-days-left = 剩余 { $days } 天
lead-rest = 剩余期间允许值
lead-ahead = 领先 { $days } 天
lead-behind = 落后 { $days } 天
lead-chance = ± { $spread }，达成概率 { $chance }%
lead-chance-kept = ± { $spread }，落在计划 ±{ $slack }% 以内的概率 { $chance }%
targets-of = { $name }：{ $count } 个目标
targets-of-company = 公司（其他期间）：{ $count } 个目标
target-said-unmeasured = 目标值所依据的实绩尚未测得。
target-said-reached = 截至{ $day }，完成 { $actual }，为目标 { $target } 的 { $share }。
target-said-to-date = 截至{ $day }为 { $actual }，目标为 { $target }。
target-said-range = 截至{ $day }为 { $actual }，目标区间为 { $low } 至 { $high }。
target-said-plan = 按计划此时应为 { $expected }：进度 { $index }，恰好跟上。
target-said-plan-pace = 按计划此时应为 { $expected }：进度 { $index }。
target-said-behind = 按计划此时应为 { $expected }：进度 { $index }，落后 { $days } 天。
target-said-ahead = 按计划此时应为 { $expected }：进度 { $index }，领先 { $days } 天。
target-said-plan-allows = 按计划此时可用 { $expected }，已用其 { $index } 倍。
target-said-done = 目标已达成。
target-said-needed = 剩余 { $days } 天还需 { $left }，每天 { $day }，为计划的 { $uplift } 倍。
target-said-left = 剩余 { $days } 天还需 { $left }，每天 { $day }。
target-said-may = 剩余 { $days } 天还可用 { $left }，每天 { $day }。
target-said-spent = 已用完，还剩 { $days } 天。
target-said-over = 已超出计划 { $left }，还剩 { $days } 天。
target-said-allowed = 剩余 { $days } 天须不高于 { $allowed }。
target-said-rest = 剩余 { $days } 天须达到 { $allowed }。
target-said-forecast = 预测 { $value }。
target-said-forecast-between = 预测 { $value } ± { $spread }，达成概率 { $chance }%。
target-said-forecast-kept = 预测 { $value } ± { $spread }，落在计划 ±{ $slack }% 以内的概率为 { $chance }%。
target-said-begins = { $day }开始。
target-said-nothing = 暂无数据。
target-said-ended = { $period }完成 { $actual }，为目标 { $target } 的 { $share }。
target-said-ended-plain = { $period }为 { $actual }，目标为 { $target }。
target-said-ended-range = { $period }为 { $actual }，目标区间为 { $low } 至 { $high }。
target-said-early = 尚早：数据仍会变动，或有缺失的日期。
target-said-first = 对原目标 { $first } 为 { $share }。
status-paused = 暂停
status-disputed = 有争议
status-achieved = 已达成
status-dropped = 已放弃
status-said-paused = 自{ $day }起暂停：仅展示，不判定，不计分。
status-said-disputed = 自{ $day }起有争议：仅展示，不判定，不计分。
status-said-achieved = { $day }宣布达成。
status-said-dropped = { $day }放弃：仅展示，不判定，不计分。
tree-sum = 各部分合计
tree-left = 未分配：
tree-over = 超出整体：
tree-uncovered = 无人承担：
tree-overlapping = 范围重叠：
tree-past = 以往的目标（{ $count } 个）
tree-count = { $count } 个目标
filter-all = 全部
targets-running = 进行中的目标 { $count } 个。
targets-off = 未达 { $count } 个。
targets-near = 接近 { $count } 个。
targets-on = 达标 { $count } 个。
targets-exceed = 超额 { $count } 个。
plan-needed = 所需
plan-or-needed = 或所需
plan-difference = 偏差
plan-so-far = 累计偏差
plan-levels = 计划与实际
plan-title = 计划（细到日）
series-plan = 计划
series-first = 原计划
series-even = 匀速
series-low = 预测下限
series-high = 预测上限
chart-course = { $metric }：累计、计划与预测
chart-parts = { $metric }：谁承担多少
day-mon = 周一
day-tue = 周二
day-wed = 周三
day-thu = 周四
day-fri = 周五
day-sat = 周六
day-sun = 周日
drift-title = 与模板的差异
drift-template = 模板
drift-keys = 不同的键
drift-by = { $keys } 不同
target-share = 占整体份额
target-contributes = 对整体的贡献
target-note = 备注
target-accepted = 确认
target-not-accepted = 尚无人确认
target-accepted-by = { $name }，{ $day }
target-about = 关于此目标
target-revisions = 修订
target-growth = 较 { $baseline } 增长 { $rate }
target-before = 修订前
target-after = 修订后
target-reason = 原因
target-by = 决定人
table-date = 日期
resource-what = 内容
resource-kind = 类别
resource-asked = 申请
resource-granted = 批准
resource-open = 未决定
resource-refused = 未批准
chain-title = 倒推所需
chain-assumption = 假设
chain-assumed = 假设值
chain-needed = 所需
nav-calendar = 日历
calendar-weekdays = 星期权重
calendar-events = 活动与季节
calendar-holidays = 节假日
calendar-year = { $year }年每日权重
calendar-weight = 权重
calendar-event = 活动
calendar-kind = 类别
calendar-for = 适用于
calendar-everyone = 全部
calendar-sure = 日期可信度
calendar-computed = 推算，尚未公布
calendar-announced = 已公布
calendar-holiday-weight = 节假日计 ×{ $weight }。
calendar-product = 多个权重相遇时相乘。
calendar-max = 多个权重相遇时取最大者，再乘以星期权重。
calendar-used = { $count } 个目标依此分摊。
calendar-learned = 未写明的权重由 { $metric } 学得。
calendar-learning = 学得的权重
calendar-too-short = 历史仅 { $days } 天，不足以学习；需要两年的完整数据。
calendar-history = 由 { $days } 天历史学得
calendar-n = 依据的天数
calendar-years = 年数
calendar-in-force = 采用
calendar-counts = 学得值
calendar-written = 以写明的值为准
home-targets = 今晨的目标
home-targets-more = 全部目标
person-now = 当前进展
person-other = 其他目标
card-now = 进行中
smart-yes = 是
smart-doubt = 需留意
smart-no = 否
smart-title = SMART
smart-s = 指标、范围和唯一负责人都已明确。
smart-s-definition = 指标没有说明，请写清楚它统计什么。
smart-s-owner = 没有负责人，请指定一位。
smart-m = 以往各期有数据，也有起点值。
smart-m-data = 还没有任何数据，无法判断现状。
smart-m-gaps = 以往各期中缺数据的超过一成。
smart-m-baseline = 没有可以比较的基准值。
smart-a = 从历史和资源看，可以达成。
smart-a-implausible = 超出了历史表现所支持的范围。
smart-a-resources = 要求比以前高出很多，却没有配套资源。
smart-a-met = 还没开始就已经达成。
smart-a-unknown = 历史数据太少，无法判断能否达成。
smart-r = 服务于上级目标或战略。
smart-r-parent = 既不属于上级目标，也不属于任何战略。
smart-r-weight = 权重为零。
smart-t = 有截止时间，也有中途检查的日子。
smart-t-cadence = 没有说明多久检查一次。
smart-t-checkpoint = 有检查频率，但没有定下必须检查的日子。
target-said-gap = 尚早：{ $day }缺少数据。
target-said-unsettled = 尚早：数据尚未确定。
chain-from = 实测期间
chain-written = 写明
reach-baseline = 增长基准
reach-improvement = 要求的改进
reach-history = 与历史相比
reach-z = 偏离常态 { $z } σ
reach-percentile = 历史增长中 { $share }% 低于此
reach-periods = { $count } 个期间
reach-own = 制定者估计的概率

## Scorecards
nav-scorecards = 绩效卡
score-about = 关于本卡
score-amount = 金额
score-base = 奖金基数（系数 1）
score-basis-carried = 缺数据，沿用{ $period }得分
score-basis-no-target = 无目标，不计
score-basis-no-value = 缺数据，不计
score-basis-paused = 目标暂停，不计
score-basis-too-early = 尚早
score-basis-unscored = 仅展示
score-basis-zero = 缺数据，按 0 分计
score-before = 上期
score-bonus = 奖金
score-by-points = 得分变化
score-by-weight = 权重变化
score-cap = 系数上限
score-capped = 红线限制，原为
score-card = 考核卡
score-change = 变动
score-closes = 触发条件
score-coefficient = 系数
score-commission = 提成
score-coverage = 有数据的权重
score-cut-above = { $what } { $value }，上限 { $limit }
score-cut-below = { $what } { $value }，下限 { $limit }
score-cut-unknown = { $what }：缺数据，暂不扣减
score-final = 已定
score-gate-closed = 已触发，限制系数
score-gate-open = 未触发
score-gate-unknown = 缺数据，未核对
score-gates = 红线
score-history = { $grain ->
    [week] 近期得分（按周）
    [month] 近期得分（按月）
    [quarter] 近期得分（按季）
    [year] 近期得分（按年）
    *[other] 近期得分（按日）
    }
score-how = 计算
score-item = 项目
score-item-scope = { $item } · { $scope }
score-items = 考核项目
score-ladder = 档位，从高到低
score-leads-to = 挂钩
score-money = 金额怎么算
score-movement = 较{ $period }的变动
score-rise = 上升
score-fall = 下降
score-moving = 初步：数据仍会变动或不全
score-no-data = 无得分
score-nothing = 不挂钩的理由
score-now = 本期
score-on-score = 对总分
score-part = 加权得分
score-pay = 应发
score-points = 得分
score-rules = 规则
score-rules-first = 初版
score-rules-from = { $day }起的版本
score-rules-retroactive = { $day }的版本，追溯适用于本期
score-running = 初步：本期尚未结束
score-score = 总分
score-sign-lead = 负责人
score-sign-other = 签字
score-sign-person = 本人
score-signatures = 签字确认
score-since = 较{ $period }
score-step = 步骤
score-tier = { $what }：{ $from } 至 { $to }
score-times = 乘以系数
score-title = { $person } · { $period }
score-to-next = 距上一档
score-too-early = 尚早
score-unsigned = 尚未签字
score-until = 累计项按截至此日的目标衡量
score-weight = 权重
score-scale = 计分标准
score-at-most = 封顶
score-when = { $sign } { $value }
score-preliminary = 初步
score-value = { $value }
score-open = 尚未定稿
score-open-missing = { $item }缺数据
score-open-moving = { $item }仍会变动
score-open-partial = { $item }数据不全
score-open-running = { $item }尚未结束
unit-percent = 百分比
unit-count = 数量
unit-factor = 倍数
unit-days = 天
unit-weeks = 周
unit-stars = 星级（满分 5）
unit-rank = 名次
unit-score = 分数

## 过程控制限
variation-common = 常规波动
variation-improvement = 信号：改善
variation-concern = 信号：需关注
variation-neutral = 信号
assurance-pass = 按现状必达目标
assurance-fail = 按现状达不到目标
assurance-miss = 目标时达时不达
series-center = 中心线
series-upper = 上限
series-lower = 下限
series-signal-good = 信号：改善
series-signal-bad = 信号：需关注
series-signal = 信号
limits-days = 逐日走势与控制限
limits-weeks = 逐周走势与控制限
limits-months = 逐月走势与控制限
limits-quarters = 逐季走势与控制限
limits-years = 逐年走势与控制限
limits-heading = 常规波动与信号
limits-state = 控制限
limits-range = 常规范围
limits-step = 相邻两点的平均差
limits-now = 最新一点
limits-target = 目标
limits-up-to = 不高于
limits-from = 不低于
limits-too-few = 暂无：完整的点有 { $count } 个，至少需要 5 个
limits-no-variation = 无：数值没有变化
limits-no-count = 无：此图需要每个值背后的计数
limits-no-cycle = 暂无：季节周期不够完整
limits-provisional = 暂定（依据 { $count } 个点）
limits-firm = 稳定（依据 { $count } 个点）
limits-locked = 已锁定在前 { $count } 个点
limits-segments = 控制限的变迁
limits-since = 起始
limits-why = 原因
limits-reason-change = { $reason }（{ $change }）
limits-rebase-suggested = 自{ $since }起数值一直在中心线的同一侧，其间记录过变更“{ $change }”。如果流程确实变了，请用 `rebase` 重新起算控制限；系统不会自动重算。
signal-outside-high = 高于上限
signal-outside-low = 低于下限
signal-trend-high = 持续上升
signal-trend-low = 持续下降
signal-near-high = 多点逼近上限
signal-near-low = 多点逼近下限
signal-run-high = 持续高于中心线
signal-run-low = 持续低于中心线
signal-mr-high = 较前一点异常上升
signal-mr-low = 较前一点异常下降
signal-anhoej = 穿越中心线的次数过少
signal-since = 自{ $period }
signal-meaning = 含义
signal-what = 信号
home-signals = 新信号
home-signals-more = 全部信号与预警
signals-by-chance = { $points } 个序列中有 { $count } 个出现信号；仅凭偶然也会有约 { $chance } 个越出控制限。
nav-alerts = 信号与预警
alerts-signals = 新信号
alerts-no-signals = 没有超出常规波动的情况。
nav-causes = 归因
causes-part = 因素
causes-was = 之前
causes-now = 现在
causes-effect = 影响
causes-change = 变化
causes-share = 占比 %
causes-lever = 怎么办
causes-table = 拆解
causes-by = 按{ $level }拆解：{ $name }
causes-rest = 其余（{ $count } 个）
causes-shift = 结构变化（占比移动）
causes-rate = 自身变化
causes-mix = 结构
causes-volume = 销量
causes-price = 价格
causes-new = 新增
causes-lost = 退出
causes-volume-table = 价格、销量与结构
causes-chart = { $name }：从之前到现在
causes-mean = 此前均值
causes-identity = 恒等式
causes-last = 最近一次信号
causes-sentence = 结论
causes-method = 拆解方法
causes-method-lmdi = LMDI-I（对数均值；有零或负数时改用 Shapley）
causes-method-shapley = Shapley
causes-method-sequential = 逐项替换（结果取决于书写顺序，仅供说明）
causes-method-sum = 加总：各项变化即其影响
causes-method-items = 按成员拆解
causes-newest = { $period }
causes-last-signal = 最近一次信号：{ $period }
causes-stores = 各店铺最近一次信号
causes-more = 完整归因：各店铺、各成员、各项对比
causes-noise = 常规波动，不做归因。
causes-on-target = 未低于目标，不做归因。
causes-no-limits = 数据还不足以区分信号与常规波动，不做归因。
causes-quiet = 近一年没有信号。
causes-no-data = 还没有可以比较的完整周期。
causes-missing-was = 缺少对比期的“{ $name }”，无法归因。
causes-missing-now = 缺少本期的“{ $name }”，无法归因。
causes-undefined-was = 对比期有一项除数为零，无法归因。
causes-undefined-now = 本期有一项除数为零，无法归因。
causes-open = 各因素合起来与指标相差 { $gap }，在对上之前不做归因。
causes-no-split = 因素过多且含零或负数，无法拆解。
causes-no-identity = 没有写明由哪些因素构成。
causes-against-period = { $period } 对比 { $base }
causes-against-year = { $period } 对比去年同期（{ $base }）
causes-against-event = { $period } 对比去年同一活动（{ $event }，{ $base }）
causes-funnel = 成交漏斗：{ $period }，与上期对比
causes-funnel-step = 环节
causes-break-even = { $name }与{ $line }
causes-room = 距盈亏平衡
causes-by-moved = 按{ $level }拆解：{ $name }（结构变动 { $moved }，最大为 1）
causes-against-mean-day = { $period } 对比此前 { $count } 天的均值
causes-against-mean-week = { $period } 对比此前 { $count } 周的均值
causes-against-mean-month = { $period } 对比此前 { $count } 个月的均值
causes-against-mean-quarter = { $period } 对比此前 { $count } 个季度的均值
causes-against-target = { $period } 对比目标
causes-verdict-signal = 信号
causes-verdict-off-target = 偏离目标
causes-verdict-noise = 常规波动
causes-verdict-no-limits = 数据不足
causes-to = 变为
causes-missing-target = 没有为“{ $name }”设定目标，无法按因素归因。
causes-block = { $name }：为什么变了
compare-percentile = 百分位
compare-index = 指数（整体=100）
compare-marginal = 边际值（{ $period }）
compare-per = 每单位{ $name }
compare-rank = { $rank }
compare-rank-best = { $rank } · 最佳
compare-rank-last = { $rank } · 垫底
compare-too-little = 样本太少，不排名
compare-funnel = 差异是否超出偶然（按各自样本量的界限）
compare-count = 样本量
causes-step-good = 改善
causes-step-bad = 恶化
causes-step = 变化

## 预警
alerts-open = 未结预警
alerts-none = 没有未结的预警。
alerts-over = 已结束的预警
alerts-nobody = 无负责人
alerts-count = { $count } 条
alert-severity = 级别
alert-heard = 内容
alert-state = 状态
alert-name = 编号
alert-sop = 处理办法
alert-new = 新
alert-overdue = 新（已超过响应期限）
alert-taken = { $by } 已受理（{ $day }）
alert-resolved = { $period }已结束
alert-signal = { $value }：{ $rule }（中心线 { $center }）
alert-threshold = { $value }（阈值 { $op } { $limit }）
alert-pace = 为截至目前计划的 { $share }
alert-attainment = 为目标的 { $share }
alert-change = 由 { $before } 变为 { $value }
alert-reconcile = { $value }，而{ $name }为 { $other }
alert-stale = 已有 { $days } 天没有数据
alert-stale-title = 数据源 { $source }
alert-gate = 关口已晚 { $days } 天未通过
alert-composite = 所含预警同时成立
severity-low = 低
severity-medium = 中
severity-high = 高
alerts-why = 严重预警的原因
alerts-why-of = { $whose } · { $name }
box-last-week = 上周
box-wow = 周环比
box-yoy = 同比
box-mtd = 本月至今
box-qtd = 本季至今
box-ytd = 本财年至今
deck-box = 汇总行
deck-weeks = 六周
deck-months = 十二个月
deck-axis-weeks = 周
deck-axis-months = 月
deck-axis-from = 坐标轴从 { $value } 起
deck-reached = 目标达成率与差距
deck-growth-week = { $name }（周环比）
deck-growth-month = { $name }（月环比）
deck-growth-year = { $name }（同比）
deck-variance = 与目标的差距
deck-variance-percent = 与目标的差距（%）
deck-attainment = 目标达成率
deck-owner = 负责人：
deck-period = { $period }复盘（截至{ $day }）
deck-exceptions = 需要讨论的
deck-no-exception = 没有例外：没有新信号、未达目标、数据缺口或口径变更，下面各页无需讨论。
deck-column-block = 内容
deck-column-why = 原因
deck-column-owner = 负责人
deck-block = { $number } · { $title }
deck-and = { $one }；{ $other }
deck-why-signal = 超出常规波动的信号
deck-why-week = 达到本周目标的{ $share }
deck-why-month = 达到本月至今目标的{ $share }
deck-why-missing = 本周没有数据
deck-why-partial = 缺少天数：{ $expected } 天中有 { $observed } 天
deck-why-change = 口径变更：{ $text }
deck-why-new = 新情况：{ $text }
deck-why-target = 达到{ $period }目标的{ $share }
deck-why-forecast = 预测达不到{ $period }的目标
deck-column-since = 新旧
deck-since-new = 新增
deck-since-before = 上期已有
deck-comment = 点评
deck-actions = 未关闭的行动项
deck-action = { $title } · { $who }（{ $state }）
deck-action-due = { $title } · { $who }，{ $day }前（{ $state }）
deck-csv = 下载本页数据（CSV，未取整）
deck-late = 数据延迟
deck-late-source = { $source }：截至{ $day }
review-resources = 资源变更
unit-ratio = 比值

# Reviews, actions, notes of days
nav-reviews = 复盘
nav-actions = 行动项
nav-decisions = 决策
nav-daily = 运营日报
review-of = { $name } · { $whose }
review-name = 复盘
review-date = 召开日期
review-attendance = 出席
review-present = { $there } / { $asked }
review-new = 新增行动项
review-closed = 已关闭
review-open = 未关闭
review-attendees = 出席
review-absent = 缺席
review-deck = 看板
review-signals = 信号
review-no-signals = 核心指标没有信号，属于常规波动。
review-figures = 目标、实际、偏差
review-comments = 点评
review-left = 上期遗留
review-begun = 新增行动项
figures-target = 目标
figures-actual = 实际
figures-off = 偏差
figures-standing = 达成
attendance-there = 出席次数
attendance-asked = 应到次数
attendance-sponsor = 负责高管
action-title = 行动项
action-id = 编号
action-due = 截止
action-expected = 预期效果
action-aged = 账龄
action-reason = 原因
action-evidence = 凭据
action-effect = 效果
action-nobody = 无人负责
action-open = 进行中
action-blocked = 受阻
action-done = 已完成（{ $day }）
action-dropped = 已放弃（{ $day }）
action-overdue = 逾期 { $count } 天
action-reopened = 重新打开：{ $state }
action-moved = { $day }（已延期 { $count } 次）
action-age = { $reviews } 次复盘，{ $days } 天
effect-too-early = 尚早，{ $day } 之后再看
effect-not-asked = 没有对应指标
effect-effective = 有效（之前 { $before } 期，之后 { $after } 期）
effect-not-effective = 无效（之前 { $before } 期，之后 { $after } 期）
effect-unclear = 不明确（之前 { $before } 期，之后 { $after } 期）
actions-open = 未关闭的行动项
actions-none = 没有未关闭的行动项。
actions-overdue = 已逾期
actions-effects = 指标动了吗
actions-closure = 按期关闭率
actions-closed = 已关闭的行动项
closure-of = 月份 / 责任人
closure-due = 到期
closure-on-time = 按期
closure-late = 逾期关闭
closure-open = 未关闭
decision-text = 决策
decision-kind = 类别
decision-by = 决策人
decision-changes = 变更对象
decision-other = 其他
decision-strategy = 战略
decision-target = 目标
decision-resources = 资源
decisions-quarters = 各季度的决策
home-concern = 需关注的新信号 { $count } 个
alerts-others = 其他新信号：{ $count } 个（改善，或无好坏之分）
home-overdue = 逾期行动项 { $count } 项
home-actions-more = 全部行动项
daily-of-sales = 销售
daily-of-ads = 广告
daily-of-stock = 库存
daily-of-health = 账户健康
daily-of-products = 分商品
daily-field = 项目
daily-day = 当日
daily-before = 前一日
daily-mean = 前 7 日均值
daily-gmv = 销售额 GMV
daily-orders = 订单数
daily-aov = 客单价
daily-units = 销量
daily-bsr = BSR 排名
daily-spend = 广告花费
daily-ad-sales = 广告销售额
daily-acos = ACoS
daily-cpc = 点击成本 CPC
daily-ctr = 点击率 CTR
daily-cvr = 广告转化率 CVR
daily-budget = 预算使用
daily-sellable = 可售库存
daily-inbound = 在途库存
daily-aged = 库龄超过 90 天
daily-cover = 可售天数
daily-stockout = 断货率
daily-restock = 补货预警
daily-odr = 订单缺陷率 ODR
daily-vtr = 有效追踪率 VTR
daily-late = 迟发率
daily-sales = 销售额
daily-organic = 自然占比
daily-offer = 购物车占比
daily-reviews = 新增评论
daily-log = 操作日志
daily-time = 时间
daily-action = 动作
daily-by = 人员
daily-issues = 问题
daily-tomorrow = 明日待办
start-figures = 数字
start-status = 请逐项填写状态：open、blocked、done、dropped
start-value = { $value }
start-target = { $said }；目标 { $target }，偏差 { $off }
start-range = { $said }；目标 { $low } 至 { $high }
start-before = { $said }；上期 { $before }
start-year = { $said }；去年 { $year }
start-signal = { $name }，{ $whose }，{ $period }：{ $rule }
start-points = { $value } 个百分点

# Versions, and what changed between them
nav-changes = 变更内容
changes-against = 与版本 { $version } 对比。
changes-none-before = 没有可对比的更早版本。
changes-nothing = 与之前相比没有变化。
changes-definitions = 定义
changes-targets = 目标
changes-restated = 被更正的数值
changes-standings = 达成情况的变化
changes-pages = 页面
changes-target = 目标
changes-page = 页面
changes-what = 项目
changes-before = 之前
changes-now = 现在
changes-new = 新增
changes-gone = 移除
changes-renamed = 改名
changes-more = 另有 { $count } 行未显示。
changes-formula = 公式
changes-basis = 口径
changes-owner = 责任人
changes-status = 状态
changes-because = 原因
changes-because-definition = 定义已修改
changes-because-data = 数据已更正
changes-because-open = 当时数据不完整或尚未定稿
version-label = 版本
version-other = 此页的其他版本
version-newer = 已有更新的版本。
version-go = 查看当前版本
version-absent = 此版本中没有
version-draft = 草稿，不供阅读。
stage-startup = 当前阶段：起步期
stage-growth = 当前阶段：成长期
stage-mature = 当前阶段：成熟期

# kpress diff
diff-title = 从 { $base } 到 { $head } 的变更
diff-here = 当前文件
diff-nothing = 没有差异：定义与数字都相同。
diff-definitions = 定义
diff-asked = 目标值
diff-standings = 达成状态改变的目标
diff-gaps = 分解之和与目标不符
diff-figures = 最近 13 个周期的数字
diff-alerts = 这些周期内的预警
diff-found = 检查结果
diff-changed = 已更改
diff-difference = 差额
diff-points = 个百分点
diff-severity = 严重程度
diff-message = 内容
diff-found-new = 新出现
diff-found-gone = 已消失
diff-alert-raised = 会触发
diff-alert-silent = 不再触发
diff-gap-none = 无差额
diff-why-not-defined = 这一侧没有定义
diff-why-no-basis = 未声明金额口径
diff-why-not-asked = 这一侧未计算：没有页面或目标用到它
diff-note-calendar = 周或年度的划分不同：同名周期可能包含不同的日期。
diff-note-published = 其中一侧是已发布的版本：版本只保留公式、单位、口径、责任人和数值，因此只比较这些内容。其数字是发布当时的：之后到达的数据也会使其变化。
diff-note-shallow = 此克隆为浅克隆：更早的提交没有取回。
diff-count-no-figures = 数字没有变化
diff-about-metric = 指标
diff-about-target = 目标
diff-about-calendar = 日历
diff-about-objective = 目标体系
diff-about-launch = 新品上市
diff-about-scorecard = 评分卡
diff-about-alert = 预警
diff-about-person = 人员
diff-about-team = 团队
diff-about-store = 店铺
diff-about-source = 数据源
diff-about-plugin = 插件
diff-about-lock = 已批准内容
diff-about-rule = 规则
diff-about-site = 站点
diff-about-deploy = 发布位置
diff-about-annotation = 事件
diff-about-dashboard = 看板
diff-about-review = 复盘
diff-about-text = 文档
diff-count-definitions = { $count } 处定义不同
diff-count-figures = { $count } 个指标与范围的数字在 { $periods } 个周期内改变
diff-count-standings = { $count } 个达成状态改变
diff-count-gaps = { $count } 处目标与分解的差额改变
diff-count-alerts = { $count } 个预警有变化
diff-of-periods = { $all } 个周期中有 { $differ } 个不同
diff-left-out = 另有 { $count } 个表格放不进这条评论；请用 `kpress diff` 查看。

# 实时预览;[n] 等由脚本填入。
preview-live = 预览正跟随文件
preview-building = 正在构建…
preview-lost = 预览没有响应，正在重试
preview-closed = 预览已重新启动：请打开终端里显示的地址
preview-broken = 有错误；显示的是上一次正确的页面
preview-failed = 构建没有完成
preview-open = 在编辑器中打开
preview-hide = 隐藏
preview-gone = 网站里已没有这一页
preview-home = 回到首页
preview-ran = 运行的阶段，[ms] 毫秒
preview-pages-changed = [of] 页中有 [n] 页变化
preview-pages-made = 已生成 [of] 页中的 [n] 页
preview-none-changed = 没有页面变化
preview-findings = 错误和警告：[n]
preview-audience = 查看身份

nav-governance = 治理
level-off = 关闭
table-target = 目标
history-title = 定义变更记录
history-who = 谁
history-why = 原因
history-what = 项目
history-before = 变更前
history-after = 变更后
history-commit = 提交
history-open = 尚未提交
history-new = 新增
history-gone = 删除
history-renamed = 改名
history-changed = 修改
history-notes = 变更说明
history-restated = 按新旧两种定义计算同一批数据（{ $date } 的变更）
history-restated-open = 按新旧两种定义计算同一批数据（尚未提交的变更）
history-asked = 变更前后的目标值（{ $date } 的变更）
history-asked-open = 变更前后的目标值（尚未提交的变更）
history-weights = 每月日权重之和，变更前后（{ $date } 的变更）
history-weights-open = 每月日权重之和，变更前后（尚未提交的变更）
history-not-restated = 这次变更之前的定义无法用现在的数据重新计算：变更太早，或所用的名称已不存在。
history-other-unit = 这次变更改了单位，变更前后的数值不能放在一起比较。
history-same-values = 这次变更前后，最近各期的数值相同。
history-nothing = 没有变更记录：工作区不在 Git 仓库中，或还没有提交。
history-apart = 没有变更记录：工作区只是某个仓库中的一个文件夹，而 kpress.yaml 没有写明该仓库就是它的历史（site 之下 history: git）。
history-shallow = 此克隆是浅克隆：更早的提交没有取回，记录不完整。
history-cut = 只列出最近的变更，更早的请在仓库中查看。
governance-audiences = 权限
governance-audiences-about = 谁能看到什么。每类读者都有自己的一份网站，不该看到的内容不在其中。
governance-audience-count = { $count } 类读者
audience-name = 读者
audience-scopes = 范围
audience-all = 全部
audience-everywhere = 所有范围
audience-owner = { $name } 负责的部分
audience-company-and = 公司 · { $names }
audience-withheld = 已隐去：与已显示的各部分相减，会推算出不该看到的那一部分。
audience-not-shown = 不向这类读者显示。
audience-count-withheld = { $count } 个合计已隐去：与已显示的各部分相减，会推算出不该看到的那一部分。
governance-rules = 规则与发现
governance-rules-about = 哪些规则发现了问题，哪些级别被调整，哪些问题被暂时容许。
governance-raci = 职责分工（RACI）
governance-raci-about = 执行：持有目标或改善手段的人；负责：指标的负责人；咨询：协作者；知会：以上各人所在团队的负责人。
governance-organisation = 组织
governance-organisation-about = 各团队由谁带领、有哪些成员、各自负责什么范围。
governance-owners = 负责人与负担
governance-owners-about = 每个人负责多少指标、进行中的目标和未完成的行动，负担最重的在前。
governance-signed = 目标签认
governance-signed-about = 哪些目标须由谁签认，谁还没有签，签认之后是否又被修改。
governance-changes = 变更记录
governance-changes-about = 定义、目标、日历和负责人的全部变更，来自 Git 提交，最新的在前。
governance-calibration = 定义复核
governance-calibration-about = 每个定义上次复核的日期、至今天数和到期日。业务方向改变后，所有定义都须重新复核。
governance-sources = 数据来源
governance-sources-about = 每个来源由谁看管，支撑多少指标，数据到哪一天。
governance-levels = 调整过级别的规则
governance-suppressed = 暂时容许的问题
rules-rule = 规则
rules-level = 级别
rules-count = 发现数
rules-where = 范围
rules-until = 截至
raci-responsible = 执行（R）
raci-accountable = 负责（A）
raci-consulted = 咨询（C）
raci-informed = 知会（I）
organisation-lead = 团队负责人
organisation-role = 角色
organisation-from = 起始日
organisation-alone = 未分团队
owners-metrics = 负责的指标
owners-core = 其中核心
owners-targets = 进行中的目标
owners-actions = 未完成行动
owners-helps = 协作的指标
owners-all = 合计
signed-by = 已签
signed-missing = 待签
signed-state = 状态
signed-line = { $name }（{ $date }）
signed-both = { $one }；{ $other }
signed-changed = 签认后被修改
signed-open = 待签认
signed-done = 已签认
change-about = 类别
change-what = 对象
change-how = 变更
calibration-reviewed = 上次复核
calibration-days = 距今天数
calibration-due = 到期日
calibration-state = 状态
calibration-overdue = 已逾期
calibration-strategy = 方向改变后未复核
calibration-never = 没有记录
calibration-fine = 有效
calibration-changes = 业务方向的改变
calibration-from = 原方向
calibration-to = 新方向
sources-keeper = 看管人
sources-owners = 相关指标负责人
governance-findings = { $count } 项发现
governance-without-owner = { $count } 个指标没有负责人
governance-people = { $count } 人
governance-carried = 共 { $count } 项
governance-unsigned = { $count } 个目标待签认
governance-changed = { $count } 处变更
governance-due = { $count } 个定义待复核
governance-source-count = { $count } 个来源
change-many = { $count } 个
preview-edit = 修改此目标
preview-close = 关闭
preview-edit-save = 写入文件
preview-edit-reset = 恢复为文件中的值
preview-edit-undo = 撤销上次写入
preview-edit-saved = 已写入。改动仅此：
preview-edit-invalid = 工作区不接受此改动：
preview-edit-made-by = 由 [id] 生成：改动会影响它生成的全部目标
preview-packed = 随包提供
preview-packed-how = 这些预警随包提供，不是本工作区的文件。复制到 alerts/ 下的文件后会取代包里的同名预警，之后就能在这里修改。
preview-packed-copy = 复制
preview-packed-copied = 已复制
preview-revise = 新的修订…
preview-revise-value = 值
preview-revise-date = 生效日
preview-revise-reason = 理由
preview-revise-save = 写入修订
preview-no-unknown = 已没有这个目标
preview-no-not-allowed = 此处不能修改该项
preview-no-elsewhere = 它来自表格或 kpress 自带：请在原处修改
preview-no-no-reason = 修订必须写明理由
preview-no-not-seen = 这组读者看不到它：请切换到能看到全部内容的身份再修改
preview-no-unreadable = 无法读取文件
preview-no-shared = 会连带改变文件中的其他值：请在编辑器中修改
preview-no-not-one = 它不是单行的单个值：请在编辑器中修改
preview-no-conflict = 文件已在别处保存，没有写入
preview-no-invalid = 工作区不接受此改动，没有写入
preview-no-nothing-to-undo = 没有可撤销的写入
preview-no-failed = 未能完成，没有写入
preview-sets = 假设方案
preview-set-name = 方案名称
preview-set-keep = 保留
preview-set-show = 显示
preview-set-compare = 对比
preview-set-patch = 存为补丁
preview-set-remove = 删除
preview-board-target = 目标
preview-board-files = 文件
preview-board-value = 目标值
preview-board-attainment = 达成率
preview-board-pace = 进度
preview-board-forecast = 预测
preview-board-standing = 状态
preview-board-scores = 按此改动的得分
preview-board-same = 没有目标变化

## 加密页面的阅读界面
reader-title = 加密页面
reader-about = 这些页面已加密。输入口令后，只在这个浏览器里打开；口令不会发送到任何地方。
reader-passphrase = 口令
reader-show = 显示
reader-hide = 隐藏
reader-remember = 在此设备上记住 12 小时
reader-open = 打开
reader-opening = 正在打开…
reader-wrong = 无法打开。口令不对，或者文件被改动、缺失。
reader-note = 忘记口令？请发布页面的人另发一个新口令；旧口令谁也查不到。
reader-no-crypto = 浏览器只在安全连接下打开加密页面。请使用以 https:// 开头的地址，而不是 http://。
reader-from-file = 浏览器不允许页面读取文件夹里的文件，所以在这里打不开加密页面。请放到网站服务器上，用以 https:// 开头的地址打开。
reader-no-script = 这些页面已加密，打开需要 JavaScript。
reader-lock = 锁定
reader-state = 已用口令打开
reader-language = 语言
reader-name = 中文

## Reconciliation
nav-reconciliation = 对账
reconcile-about = 两份报告说的是同一件事时，数字应当一致；这里逐期列出两边、差额、允许的差额和结论；不一致的可以展开到日、文件和行。不完整或仍在变动的期间不作判断；税口径不同或未声明的金额也不比较。
reconcile-check = 核对
reconcile-left = 左边
reconcile-right = 右边
reconcile-zero = 应为
reconcile-allowed = 允许的差额
reconcile-pairs = 已比较的期间
reconcile-outside = 超出
reconcile-verdict = 结论
reconcile-whose = 范围
reconcile-gap = 差额
reconcile-agrees = ✓ 一致
reconcile-differs = ✗ 不一致
reconcile-missing = – 缺一边
reconcile-open = … 尚未完整
reconcile-basis = – 税口径
reconcile-nothing = – 无可比较
reconcile-no-data = 两边都还没有数据。
reconcile-figure = 数字
reconcile-files = 差额背后的文件
reconcile-day = 日期
reconcile-days = { $whose }，{ $period }：两边不一致的日子
reconcile-rows = { $whose }，{ $period }：两边的行
reconcile-row = 行
reconcile-cells = 行中的数字
reconcile-adds = 计入
reconcile-place = 文件与行号
reconcile-no-side = 其中一边还没有数据，无可比较。
reconcile-one-sided = 一边没有数据，未作核对：{ $who }
reconcile-earlier = 更早的 { $count } 个期间
reconcile-rest = 另有 { $count } 个期间没有列在这里；不一致的都已计入上表。
rows-more = 另有 { $count } 行，全部在页尾的表格文件里。
rows-csv = 全部行（CSV）

# 检查规则：页面上的名称与处理方法
rule-title = { $rule ->
    [acknowledged-nothing] 确认的预警不存在
    [action-overdue] 行动项已过期仍未关闭
    [action-vanished] 行动项在此前的复盘中不存在
    [action-without-owner] 行动项没有责任人
    [address-taken] 页面地址已被占用
    [aggregate-misplaced] 聚合写错了位置
    [alert-unknown] 预警不存在
    [ambiguous-order] 同一天有多个不同的首末值
    [amount-unreadable] 数值无法识别
    [another-report] 文件夹里混入了另一种报表
    [audience-leak] 页面中出现了该读者不该看到的内容
    [audiences-add-up] 两类读者的数值相减会暴露第三方
    [balance-vanished] 台账中凭空消失的库存
    [baseline-not-past] 基期尚未结束
    [basis-mixed] 口径不同的金额混在一起
    [basis-undeclared] 金额未说明是否含税
    [bounds-crossed] 下限高于上限
    [category-unmapped] 类别不明的金额
    [cause-without-lever] 归因因子没有责任人或处置方法
    [causes-do-not-close] 归因公式与指标对不上
    [changed-after-sign-off] 目标在签字后被修改
    [check-in-unknown] 信心值指向不存在的关键结果
    [child-unrelated] 子目标与上级目标的指标无关
    [children-differ-from-parent] 子目标之和与上级目标不一致
    [coarse-values] 数值粒度太粗，控制限不可靠
    [column-ambiguous] 两列对应同一个字段
    [column-missing] 文件缺少需要的列
    [column-unknown] 文件中有未识别的列
    [control-character] 文字中有控制字符
    [cost-unknown] 缺少成本数据
    [counted-twice] 同一数据来自两个来源
    [cycle] 定义互相引用
    [data-limit] 数据文件过大
    [date-order-undeclared] 日期的日月顺序不明
    [date-unreadable] 日期无法识别
    [day-missing] 数据中间缺少若干天
    [deck-order] 周报中结果排在原因之前
    [definition-changed-silently] 指标口径被悄悄修改
    [duplicate-column] 表头中有重复的列名
    [duplicate-id] 名称重复定义
    [duplicate-key] 键重复
    [duplicate-rows] 多次下载的重复行只计一次
    [empty-file] 文件没有内容
    [equal-rows] 同一文件中有完全相同的行
    [event-not-weighted] 目标期间有大促但未加权
    [exchange-rate-mixed] 同一数值使用了不同汇率
    [extra-week] 对比期间跨越 53 周的年份
    [figure-restated] 已发布的数值有变
    [file-cut] 文件可能被截断
    [file-not-read] 没有数据源读取的文件
    [file-too-large] 定义文件过大
    [file-unreadable] 数据文件无法读取
    [formula-cut] 公式在逗号处被截断
    [formula-not-allowed] 公式中有不允许的写法
    [formula-too-long] 公式过长
    [formula-unfit] 公式无法用于现有的列
    [formula-unreadable] 公式无法识别
    [grain-too-coarse] 数据粒度不足以支持该指标
    [growth-at-other-grain] 增长率的周期与表格不一致
    [growth-without-baseline] 增长目标缺少完整的基期
    [header-changed] 文件的列与已确认的不同
    [header-not-found] 找不到表头行
    [history-shallow] 仓库历史不完整
    [history-unreadable] 无法读取 Git 历史
    [invariant-broken] 应为零的数值不为零
    [item-too-coarse] 考核项的周期比考核卡长
    [item-without-target] 考核项没有可用的目标
    [key-result-stands-still] 关键结果的起点等于终点
    [ladder-unordered] 分档未按顺序排列
    [limits-not-possible] 无法计算控制限
    [lock-unreadable] 无法读取 kpress.lock
    [lookup-ambiguous] 关联表中一个键对应两行
    [lookup-missing] 关联表中找不到对应记录
    [lost-characters] 文字在导出前已变成问号
    [markdown-html] 文章中的 HTML 按文字显示
    [markdown-link] 链接不被允许，只保留文字
    [marketplace-differs] 其他站点的报表
    [metric-above-stage] 指标对公司当前阶段过早
    [metric-unused] 指标没有在任何地方使用
    [missing-key] 缺少必填的键
    [months-differ-from-target] 各月之和与目标不一致
    [no-owner] 没有责任人
    [no-workspace] 此文件夹不是工作区
    [not-additive] 该指标不能按成员相加
    [not-readable] 文件无法读取
    [not-signed] 目标尚未全部签字
    [not-utf8] 文件编码不是 UTF-8
    [not-yet] 此版本尚不支持的写法
    [number-overflow] 数值超出精确计算的范围
    [number-unreadable] 数字无法识别，按缺失处理
    [orphan-target] 部分目标没有挂到整体目标下
    [output-refused] 输出文件夹不可用
    [outside-target-period] 日期不在目标期间内
    [page-name-taken] 页面名称已被占用
    [page-unsafe] 页面含有可执行的内容
    [parts-overlap] 子目标的店铺重叠
    [parts-phased-apart] 子目标按月合计与上级不一致
    [parts-uncovered] 子目标漏掉了店铺
    [path-refused] 路径不被允许
    [period-differs] 文件中的日期与声明的期间不符
    [period-undeclared] 文件没有日期也没有声明期间
    [personal-data-dropped] 已自动去掉买家个人信息
    [phase-unfit] 该指标不适用这种目标分配
    [phases-cross] 各阶段重叠或有间隔
    [plugin-abi-broken] 插件返回的数据已损坏
    [plugin-api-unknown] 插件接口版本不符
    [plugin-budget-exhausted] 插件用尽了配额
    [plugin-cache-discarded] 插件缓存已损坏，已重新编译
    [plugin-cancelled] 插件提前停止
    [plugin-capability-missing] 插件缺少授权
    [plugin-compile-failed] 插件无法编译
    [plugin-data-rejected] 插件拒绝了这些行
    [plugin-denied] 插件请求了未授予的权限
    [plugin-descriptor-invalid] 插件的自我描述有误
    [plugin-failed] 插件中途放弃
    [plugin-grant-invalid] 插件的授权或限额无效
    [plugin-hash-mismatch] 插件与批准的版本不同
    [plugin-http-failed] 服务器没有返回可用的内容
    [plugin-id-taken] 插件与其他定义重名
    [plugin-import-refused] 插件需要不提供的功能
    [plugin-input-missing] 插件缺少输入
    [plugin-lock-stale] 插件的请求与批准时不同
    [plugin-no-progress] 拉取没有进展
    [plugin-not-a-component] 文件不是插件
    [plugin-not-deterministic] 插件每次结果不同
    [plugin-not-locked] 插件尚未批准
    [plugin-not-run] 此版本不支持插件
    [plugin-out-of-fuel] 插件计算量超限
    [plugin-out-of-memory] 插件内存不足
    [plugin-output-invalid] 插件返回的结果不合要求
    [plugin-output-too-large] 插件返回的结果过大
    [plugin-params-invalid] 插件不接受的设置
    [plugin-retry-later] 数据源要求稍后再取
    [plugin-rule] 插件规则发现的问题
    [plugin-secret-unset] 插件密钥没有值
    [plugin-signature-missing] 插件没有可信签名
    [plugin-stack-overflow] 插件调用层数过深
    [plugin-timeout] 插件超时
    [plugin-too-complex] 插件结构过于复杂
    [plugin-trapped] 插件崩溃
    [plugin-unsupported] 插件不支持所请求的内容
    [preset-unclear] 有多个预设与报表相符
    [protection-unchecked] 无法确认访问密码是否生效
    [quarantine-limit] 无法使用的行过多
    [rate-missing] 缺少汇率
    [ratio-differs-from-parts] 比率目标与各部分目标不一致
    [raw-code-marker] 名称中含有图表库的特殊标记
    [rebase-suggested] 水平已持续变化，建议重设控制限
    [recalibration-overdue] 指标口径到期未复核
    [reconcile-silent] 怎样都算一致的允许差额
    [reconcile-unlike] 对账的两个数值不可比
    [review-heading-unknown] 复盘标题像指标名但不存在
    [review-leaves-actions-open] 复盘没有交代遗留行动项
    [revision-without-reason] 目标修订没有原因
    [revisions-out-of-order] 修订未按日期排列
    [row-count] 文件行数异常
    [row-set-aside] 无法使用的行
    [row-width] 行中多出的单元格被忽略
    [rows-after-as-of] 截止日之后的行未计入
    [rows-restated] 后来的文件更新了旧数据
    [scale-out-of-range] 比率超出声明的范围
    [scales-mixed] 考核卡各项的评分尺度不一
    [scopes-overlap] 两人的负责范围重叠
    [score-without-consequence] 考核项没有对应的激励或说明
    [series-empty] 目标序列没有数据
    [several-documents] 一个文件中有多个文档
    [several-owners] 同一目标有不同责任人
    [several-scorecards] 同一人同一周期有两张考核卡
    [several-themes] 主题不止一个
    [shortcode-unknown] 文中的短代码无法识别
    [source-without-files] 数据源没有匹配到文件
    [sources-disagree] 两个来源的数值不一致
    [split-unfit] 拆分方式不合适
    [spreadsheet-damage] 编号被电子表格改坏
    [stale-source] 数据已过时
    [status-without-reason] 目标状态没有说明原因
    [store-unknown] 店铺无法识别
    [stretch-without-resources] 提升幅度大却没有配套资源
    [strings-unreadable] 界面文字文件有误
    [summary-mismatch] 明细合计与汇总行不一致
    [suppression-idle] 暂缓的规则没有实际问题
    [suppression-over] 暂缓期限已过
    [target-already-met] 目标在开始前就已达成
    [target-cycle] 目标互为上级
    [target-implausible] 目标与历史相比不太可能
    [target-not-phased] 目标无法分配到每天
    [target-not-smart] 目标不完全符合 SMART
    [target-sandbagged] 目标定得过低
    [target-table] 目标表中有无法识别的行
    [target-twice] 同一指标和期间有两个目标
    [target-without-direction] 目标没有说明高好还是低好
    [target-without-period] 目标没有周期
    [template-drift] 成员目标与模板不同且无说明
    [template-error] 模板出错
    [theme-unreadable] 主题文件无法读取
    [too-few-core-metrics] 核心指标太少
    [too-many-core-metrics] 核心指标太多
    [too-many-pains] 痛点超过三个
    [too-many-series] 一张图的序列太多
    [totals-left-out] 已略去合计行
    [traffic-not-loaded] 有销量但流量尚未生成
    [unclosed-quote] 引号没有闭合
    [undecodable-bytes] 文件编码不正确
    [unfit-name] 名称格式不合适
    [unfit-value] 值不合适
    [unit-mismatch] 单位不一致
    [unknown-column] 数据源没有这一列
    [unknown-file] 文件不属于任何已知内容
    [unknown-function] 函数不存在
    [unknown-key] 未知的键
    [unknown-metric] 指标不存在
    [unknown-name] 名称没有定义
    [unknown-rule] 规则不存在
    [unknown-tag] 不支持的 YAML 标签
    [unknown-target] 目标不存在
    [value-implausible] 某一天的数值异常偏高
    [value-unknown] 列中有未知的取值
    [veto-without-effect] 一票否决没有效果
    [wbr-database-source] 导入的周报从数据库取数
    [wbr-left-out] 导入的周报有无法转换的部分
    [wbr-target-used-as-metric] 导入的目标线同时用作指标
    [wbr-unfit-value] 导入的周报中有不合适的值
    [wbr-unknown-key] 导入的周报中有未知的键
    [wbr-unsupported-query] 导入的周报中的筛选条件无法识别
    [week-number-differs] 周编号与 ISO 8601 不同
    [weights-not-whole] 权重合计不是 100%
    [wrong-type] 值的类型不对
    [yaml-limit] YAML 展开后过大
    [yaml-syntax] YAML 语法错误
   *[other] { $rule }
}
rule-fix = { $rule ->
    [acknowledged-nothing] 核对预警名称（kpress alerts 会列出），或删去这条确认
    [action-overdue] 在复盘中关闭它，或写明原因并改期
    [action-vanished] 在此前的复盘中补回该项，或改正标识
    [action-without-owner] 写上 owner:
    [address-taken] 给其中一个改名
    [aggregate-misplaced] 先分别聚合，再做运算
    [alert-unknown] 核对预警名称
    [ambiguous-order] 用 order: 指定排序列
    [amount-unreadable] 写成 120_000_000、22% 或 1200 JPY 的形式
    [another-report] 把这个文件移出文件夹，单独作为一个数据源
    [audience-leak] 从正文中删去，或限定该文的读者，或放宽 sees
    [audiences-add-up] 让双方都看到合计，或缩小其中一方的范围
    [balance-vanished] 重新下载那一天的台账，包含全部商品和地点
    [baseline-not-past] 改用目标开始前已结束的期间
    [basis-mixed] 统一税、币种和归因窗口
    [basis-undeclared] 在数据源或指标上写明 tax:
    [bounds-crossed] 对调或改正上下限
    [category-unmapped] 把这一类写进它所属的利润步骤的 where:
    [cause-without-lever] 在 levers: 中写上责任人与操作说明
    [causes-do-not-close] 核对 causes: 公式与各因子的口径
    [changed-after-sign-off] 请签字人重新确认，或恢复原值
    [check-in-unknown] 核对标识；信心值在 0 到 1 之间
    [child-unrelated] 改挂到相关的上级目标，或补充 causes:
    [children-differ-from-parent] 调整子目标，或用 rest: rescale 分摊差额
    [coarse-values] 用更长的周期计算控制限，或增加小数位
    [column-ambiguous] 在 columns: 中指定用哪一列
    [column-missing] 重新下载含该列的报表，或修改 columns:
    [column-unknown] 无需处理；若需要该列，请在 columns: 中声明
    [control-character] 重新输入这一行，去掉该字符
    [cost-unknown] 在成本表中补上这些 SKU 和日期的成本
    [counted-twice] 只保留其中一个来源的文件
    [cycle] 让其中一个不再引用另一个
    [data-limit] 拆分文件
    [date-order-undeclared] 声明日期格式（日/月或月/日）
    [date-unreadable] 按声明的格式改正该单元格，或修改日期格式
    [day-missing] 补下载缺失日期的报表
    [deck-order] 把原因指标移到它前面
    [definition-changed-silently] 在 changes: 中说明改了什么、为什么
    [duplicate-column] 删去或改名其中一列；目前取第一列
    [duplicate-id] 改名或删去其中一个
    [duplicate-key] 删去其中一个
    [duplicate-rows] 无需处理；请确认主键声明正确
    [empty-file] 删除该文件，或写入内容
    [equal-rows] 若该报表不会重复行，在数据源上写 once: true
    [event-not-weighted] 在日历中给大促设权重，或加注说明
    [exchange-rate-mixed] 统一 fx: 方式
    [extra-week] 解读同比时注意多出的一周
    [figure-restated] 看页面上的更正说明，必要时告知用过旧数值的人
    [file-cut] 重新下载；若最后一行完整，在其后补上换行
    [file-not-read] 改文件名或位置，或调整数据源的 files:
    [file-too-large] 拆分文件；数据表放到 data/ 下
    [file-unreadable] 检查文件是否损坏，重新下载
    [formula-cut] 给公式加上引号
    [formula-not-allowed] 只用聚合函数和四则运算
    [formula-too-long] 把各部分定义为单独的指标
    [formula-unfit] 核对公式中的列名与类型
    [formula-unreadable] 检查此处的括号与名称
    [grain-too-coarse] 改用更长的周期，或更细的报表
    [growth-at-other-grain] 改用与表格相同的周期
    [growth-without-baseline] 补齐基期数据，或直接写目标值
    [header-changed] 核对后运行 kpress data accept
    [header-not-found] 检查文件是否为该报表，或修改 header:
    [history-shallow] 用完整历史克隆仓库（fetch-depth: 0）
    [history-unreadable] 在 Git 仓库中运行，或去掉 history: git
    [invariant-broken] 查看对账页，重新下载相关文件
    [item-too-coarse] 加长考核周期，或换用其他指标
    [item-without-target] 为此人设定目标、红线或区间
    [key-result-stands-still] 让 baseline 与 target 不同
    [ladder-unordered] 从最低值起由低到高排列
    [limits-not-possible] 等数据积累到至少 5 个完整周期，或去掉 limits:
    [lock-unreadable] 解决冲突，或运行 kpress data accept 与 kpress plugin lock
    [lookup-ambiguous] 让关联表中每个键只有一行
    [lookup-missing] 在关联表中补上这些记录
    [lost-characters] 用 UTF-8 重新导出文件
    [markdown-html] 改用 Markdown 写法
    [markdown-link] 改用 http、https、mailto 或相对链接
    [marketplace-differs] 放到单独的数据源或店铺
    [metric-above-stage] 从看板移除，或调整 site.stage
    [metric-unused] 放到看板上，或删除该指标
    [missing-key] 补上这个键
    [months-differ-from-target] 调整各月数值或目标
    [no-owner] 写上 owner:
    [no-workspace] 进入 kpress.yaml 所在的文件夹，或运行 kpress init
    [not-additive] 改用可相加的指标，或去掉合计
    [not-readable] 检查文件的编码与权限
    [not-signed] 请列出的签字人确认
    [not-utf8] 另存为 UTF-8
    [not-yet] 删去该项，或等待后续版本
    [number-overflow] 核对数据与单位
    [number-unreadable] 改正该单元格；缺失不会当作零
    [orphan-target] 用 parent: 指定上级目标
    [output-refused] 换一个新的或空的文件夹
    [outside-target-period] 改为期间内的日期
    [page-name-taken] 给文件改名
    [page-unsafe] 改用样式类，写到样式文件中
    [parts-overlap] 让每个店铺只属于一个子目标
    [parts-phased-apart] 让各部分使用相同的月度分配
    [parts-uncovered] 为漏掉的店铺补目标，或注明原因
    [path-refused] 改用工作区内的路径
    [period-differs] 放到正确的期间，或重新下载
    [period-undeclared] 在路径或数据源中写明期间
    [personal-data-dropped] 无需处理；这些列不会进入任何页面
    [phase-unfit] 改用适合该指标的分配方式
    [phases-cross] 让每个阶段从上一阶段结束的次日开始
    [plugin-abi-broken] 用当前工具重新编译插件
    [plugin-api-unknown] 按此版本的 kpress 重新编译插件
    [plugin-budget-exhausted] 提高所指的限额，或减小每页数据量
    [plugin-cache-discarded] 无需处理
    [plugin-cancelled] 无需处理：正在用新的输入计算
    [plugin-capability-missing] 在 kpress.yaml 中补上授权并重新批准
    [plugin-compile-failed] 请作者提供更小的插件
    [plugin-data-rejected] 查看它所指的行
    [plugin-denied] 确有需要时在 kpress.yaml 中授权并重新批准
    [plugin-descriptor-invalid] 联系插件作者改正
    [plugin-failed] 查看它给出的原因；在此之前其数值显示为「—」
    [plugin-grant-invalid] 按插件的请求填写，且不超过上限
    [plugin-hash-mismatch] 核对改动后运行 kpress plugin approve
    [plugin-http-failed] 稍后再次运行 kpress data pull
    [plugin-id-taken] 给其中一个改名
    [plugin-import-refused] 用 kpress plugin build 编译，或联系作者
    [plugin-input-missing] 写全它需要的输入
    [plugin-lock-stale] 核对后运行 kpress plugin approve
    [plugin-no-progress] 联系插件作者
    [plugin-not-a-component] 用 kpress plugin build 编译
    [plugin-not-deterministic] 去掉其中的时钟、随机数和无序映射
    [plugin-not-locked] 先运行 kpress plugin check，再运行 kpress plugin approve
    [plugin-not-run] 使用支持插件的 kpress，或改写为公式
    [plugin-out-of-fuel] 若插件无误，提高 limits: 中的 fuel:，或减少行数
    [plugin-out-of-memory] 提高 limits: 中的 memory:，或减少行数
    [plugin-output-invalid] 联系插件作者改正
    [plugin-output-too-large] 改用更长的周期，或减少成员
    [plugin-params-invalid] 按插件说明修正 config:
    [plugin-retry-later] 在所示时间之后重新拉取
    [plugin-rule] 按原始信息处理，或联系插件作者
    [plugin-secret-unset] 设置所列的环境变量
    [plugin-signature-missing] 补上签名文件，或修改 plugin_host.trusted_keys
    [plugin-stack-overflow] 修正插件中的无限递归
    [plugin-timeout] 提高 limits: 中的 wall:，或减少行数
    [plugin-too-complex] 按 kpress plugin new 的方式构建
    [plugin-trapped] 用 kpress plugin run 复现并修正
    [plugin-unsupported] 按其说明改用别的设置
    [preset-unclear] 用报表名命名文件，或在数据源上写 preset:
    [protection-unchecked] 为部署目标写上 url:
    [quarantine-limit] 重新下载文件、修正这些行，或用 quarantine: 放宽限度
    [rate-missing] 在汇率表中补上该货币和日期
    [ratio-differs-from-parts] 核对各部分目标，使其与整体相符
    [raw-code-marker] 从数据中去掉该标记
    [rebase-suggested] 确认变化原因后，用 rebase 标注
    [recalibration-overdue] 复核后更新 reviewed:
    [reconcile-silent] 只允许不必追查的差额，例如 1%
    [reconcile-unlike] 选用单位和周期相同的两个指标
    [review-heading-unknown] 改为现有指标的标识
    [review-leaves-actions-open] 在复盘中写明每项的状态
    [revision-without-reason] 写上 reason:
    [revisions-out-of-order] 按日期排列修订
    [row-count] 重新下载，或调整 rows: 的范围
    [row-set-aside] 修正该行，或重新下载文件
    [row-width] 检查该行是否有多余的分隔符
    [rows-after-as-of] 无需处理；需要时推后截止日
    [rows-restated] 无需处理；这些日期以新文件为准
    [scale-out-of-range] 核对该列是百分数还是小数
    [scales-mixed] 统一“达成目标”的得分
    [scopes-overlap] 调整 covers:，使每行只属于一人
    [score-without-consequence] 写上 incentive: 或不激励的理由
    [series-empty] 检查数据源中是否有对应的行
    [several-documents] 拆成两个文件
    [several-owners] 只保留一位责任人
    [several-scorecards] 只保留一张
    [several-themes] themes/ 下只留一个文件夹
    [shortcode-unknown] 核对指标、范围和期间的写法
    [source-without-files] 检查 files: 路径，或放入数据文件
    [sources-disagree] 查看对账页，找出不完整的报表
    [split-unfit] 核对拆分的成员与份额
    [spreadsheet-damage] 从原系统重新导出，不要经 Excel 另存
    [stale-source] 下载最新报表
    [status-without-reason] 写上 reason:
    [store-unknown] 在 stores.yaml 中登记该店铺
    [stretch-without-resources] 写上 resources:，或下调目标
    [strings-unreadable] 改正文件中的这一行
    [summary-mismatch] 重新下载文件
    [suppression-idle] 删去这条暂缓
    [suppression-over] 解决问题，或写明新的期限
    [target-already-met] 提高目标值
    [target-cycle] 去掉其中一个 parent
    [target-implausible] 核对数值与单位，或说明依据
    [target-not-phased] 补上分配方式或日历
    [target-not-smart] 按目标页提示补充缺少的部分
    [target-sandbagged] 参考上期实际提高目标
    [target-table] 改正表中的这一行
    [target-twice] 保留一个，或标明状态
    [target-without-direction] 在指标上写 better:
    [target-without-period] 写明 period:
    [template-drift] 写明原因，或恢复模板值
    [template-error] 改正模板中的此处
    [theme-unreadable] 放入文件本身，且不超过 1 MiB
    [too-few-core-metrics] 补充核心指标，建议 3–5 个
    [too-many-core-metrics] 精简到 5 个以内
    [too-many-pains] 只留最重要的三个
    [too-many-series] 拆成几张图
    [totals-left-out] 无需处理
    [traffic-not-loaded] 几天后重新下载流量报表
    [unclosed-quote] 重新导出文件
    [undecodable-bytes] 声明 encoding:，或另存为 UTF-8
    [unfit-name] 使用字母、数字、连字符和下划线
    [unfit-value] 改为可用的值
    [unit-mismatch] 统一目标与指标的单位
    [unknown-column] 核对列名
    [unknown-file] 移到正确的文件夹，或删除
    [unknown-function] 改用公式支持的函数
    [unknown-key] 核对键的拼写
    [unknown-metric] 核对拼写，或定义该指标
    [unknown-name] 核对拼写，或补上定义
    [unknown-rule] 核对拼写
    [unknown-tag] 去掉标签，直接写值
    [unknown-target] 核对目标标识
    [value-implausible] 把那一天与报表核对
    [value-unknown] 在该列的 `words:` 下写明这个取值的含义
    [veto-without-effect] 补上 bands: 或系数
    [wbr-database-source] 先导出为文件
    [wbr-left-out] 手动补上需要的部分
    [wbr-target-used-as-metric] 分别定义目标与指标
    [wbr-unfit-value] 改为可用的值
    [wbr-unknown-key] 核对拼写，或删去
    [wbr-unsupported-query] 改用 and、or、not 连接的比较
    [week-number-differs] 核对周的起始日设置
    [weights-not-whole] 调整权重，使合计为 100%
    [wrong-type] 改为此处需要的类型
    [yaml-limit] 拆分文件，或减少引用
    [yaml-syntax] 检查这一行的括号、引号与缩进
   *[other] 运行 kpress explain { $rule } 查看说明
}
rules-fix = 怎么处理
data-raw = 原始信息与位置
data-check = 检查项
sentence-gap = {""}
sentence-then = ，
sentence-stop = 。
resource-budget = 预算
resource-people = 人力
resource-tool = 工具
## 诊断
nav-diagnosis = 诊断
diagnosis-answer = 回答
diagnosis-answered = 问卷
diagnosis-answers = 问卷与数据
diagnosis-area = 方面
diagnosis-area-cadence = 节奏
diagnosis-area-data = 数据
diagnosis-area-incentives = 激励
diagnosis-area-open = { $area }：不评分
diagnosis-area-ownership = 责任
diagnosis-area-score = { $area }：{ $score } 分（满分 100）
diagnosis-area-targets = 目标
diagnosis-areas = 各方面成熟度
diagnosis-broken = 已拆解的目标
diagnosis-cards = 有评分卡的人
diagnosis-check = 检查项
diagnosis-closed = 到期前已关闭的行动
diagnosis-core = 有目标的核心指标
diagnosis-do-broken = 把总目标拆到店铺或个人：在目标里写 `split:` 或 `parent:`
diagnosis-do-cards = 给每个角色写一张评分卡，放在 `scorecards/`
diagnosis-do-closed = 在复盘里关闭到期的行动，或写明改期的理由
diagnosis-do-core = 给每个核心指标定一个目标：`kpress.yaml` 旁的 `targets/`
diagnosis-do-few = 选三到五个指标，其余先放下
diagnosis-do-fresh = 重新下载过期的报告
diagnosis-do-held = 每个目标写上 `owner:`
diagnosis-do-led = 评分卡的每一行写明 `incentive:`，或写明为什么没有
diagnosis-do-linked = 先商定好数字带来什么：先谈，再与奖金挂钩
diagnosis-do-listed = 把全部成员写进 `people.yaml`
diagnosis-do-looked = 逐个检查核心指标的口径，写上 `reviewed:`
diagnosis-do-named = 每个数字只由一个人负责
diagnosis-do-owners = 每个核心指标写上 `owner:`
diagnosis-do-reconciled = 让来源互相对账：在 `reconcile:` 里写出对账
diagnosis-do-resourced = 为目标写上预算、工具或人手：`resources:`
diagnosis-do-reviews = 每次复盘写一个文件：`kpress new review`
diagnosis-do-rhythm = 每周固定时间一起看数字
diagnosis-do-signed = 请负责人确认目标：`ack:`
diagnosis-do-sources = 把缺少的报告放进 `data/`，并回答 `kpress check` 列出的口径问题
diagnosis-do-tools = 让 ERP 或广告工具导出数字，不要手抄
diagnosis-few = 同时看的指标数量
diagnosis-few-orders = 每月 { $count } 单：每天不到十单，先看生存指标
diagnosis-fresh = 不过期的来源
diagnosis-growing = 还有薄弱的方面：先把核心三项做好
diagnosis-growth = 成长期：先用核心三项（ACoS、转化率、库存天数）
diagnosis-held = 有负责人的目标
diagnosis-judged = 可评的检查项
diagnosis-led = 有结果的评分项
diagnosis-lifetime-long = 多年
diagnosis-lifetime-short = 一季
diagnosis-linked = 好数字带来什么
diagnosis-listed = 列出的成员
diagnosis-long-windows = 商品卖多年：看趋势用 13 周以上的窗口
diagnosis-looked = 检查过口径的核心指标
diagnosis-mature = 成熟期：全部指标
diagnosis-maturity = 成熟度
diagnosis-named = 谁对数字负责
diagnosis-next = 接下来三步
diagnosis-no-scorecards = 团队只有 { $count } 人：不需要个人评分卡，激励不评分
diagnosis-none = 没有
diagnosis-of-hundred = { $score } 分（满分 100）
diagnosis-open = 没有回答或没有内容
diagnosis-owners = 有负责人的核心指标
diagnosis-pain = 痛点
diagnosis-pain-account = 账户被警告
diagnosis-pain-ads = 广告太贵
diagnosis-pain-cash = 现金不够
diagnosis-pain-conversion = 有流量不下单
diagnosis-pain-data = 数字互相矛盾
diagnosis-pain-people = 不清楚谁做什么
diagnosis-pain-profit = 有销售没利润
diagnosis-pain-ratings = 评分低
diagnosis-pain-returns = 退货多
diagnosis-pain-stock = 库存过多或断货
diagnosis-pain-traffic = 流量下降
diagnosis-pains = 痛点从哪里看起
diagnosis-part = { $part } / { $whole }
diagnosis-points = 得分
diagnosis-q-ads = 广告工具（数据：广告来源数）
diagnosis-q-budget = 每月广告预算（数据：上月广告费）
diagnosis-q-categories = 品类
diagnosis-q-erp = ERP（数据：ERP 来源数）
diagnosis-q-gmv = 每月销售额（数据：上月）
diagnosis-q-lifetime = 一个商品卖多久
diagnosis-q-metrics = 已经在看的指标（数据：已定义）
diagnosis-q-orders = 每月订单（数据：上月）
diagnosis-q-start = 开始看数字的日子（数据：最早一天）
diagnosis-q-stores = 店铺
diagnosis-q-team = 团队人数（数据：已登记）
diagnosis-question = 问题
diagnosis-reached = 达到
diagnosis-reconciled = 互相对账的数字
diagnosis-resourced = 有资源支持的目标
diagnosis-reviews = 最近八周写下的复盘
diagnosis-rhythm = 一起看数字的频率
diagnosis-seen = 数据
diagnosis-shown = 数据所示
diagnosis-signed = 负责人已确认的目标
diagnosis-small-team = 团队只有 { $count } 人：先看生存指标
diagnosis-sources = 有数字的核心指标
diagnosis-stage = 建议从哪个阶段开始
diagnosis-standing = 没有薄弱的方面
diagnosis-startup = 起步期：先看生存指标
diagnosis-step = 做什么
diagnosis-told = 来自
diagnosis-tools = 带来数字的工具
diagnosis-why = 为什么
diagnosis-write-pack = 建议使用内容包：在 `kpress.yaml` 写 `{ $line }`
diagnosis-write-stage = 让网站按这个阶段展示：在 `site:` 下写 `{ $line }`

## 集团
nav-group = 集团
group-base = 折合 { $currency }
group-country = 国家
group-currency = 货币
group-daily = 当日汇率
group-exempt = 免税
group-metric = { $name }，{ $period }
group-month-avg = 月平均汇率
group-month-end = 月末汇率
group-no-own = 没有用本国货币的指标；在 metrics/ 中加一行：{ $line }
group-no-rate = { $period } 没有 { $currency } 的汇率，因此显示横线；在 { $file } 的文件里加一行并填上汇率：{ $line }…
group-nothing = 没有把各国金额加起来的指标。每种货币写一个指标（`unit: USD`），再写一个折算的（`unit: JPY, fx: month_avg`），然后相加。
group-own = 本国货币
group-rate = 折算率
group-rate-newest = 最新汇率日期
group-rate-source = 汇率来源
group-rates = 汇率
group-tax = 消费税
group-taxable = 征税
group-zone = 时区

## 更正
restated-fetched = 来源 { $source } 在 { $day } 重新取数
restated-more = 另有 { $count } 个更正过的数值：见“变更内容”页
restated-note = 更正：{ $name }（{ $scope }，{ $period }）在 { $on } 的版本 { $version } 中为 { $was }，现为 { $now }；原因：{ $because }。
restated-source = 来源 { $source } 的文件有变

## 缺少的数据
awaited = 还缺的报告
awaited-feeds = 可算出的指标
awaited-files = 放进
awaited-here = 本页有数字还缺下列来源的文件；把报告放进这些文件夹即可显示。
chart-empty = { $chart }：这些期间还没有数字。
awaited-more = 另 { $count } 个
launch-aligned = 对齐上架日的对比（按上架后周数）
