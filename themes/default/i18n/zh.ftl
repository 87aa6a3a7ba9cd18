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
standing-too-early = 尚早

## 卡片
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
