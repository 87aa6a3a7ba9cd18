# Strings of the interface. The same keys stand in every language; a test holds that.

## Page
skip-to-content = Skip to content
nav-label = Sections
crumbs-label = You are here
language-label = Language
search-label = Search
search-none = Nothing found
theme-auto = Theme: automatic
theme-light = Theme: light
theme-dark = Theme: dark
data-as-of = Data as of
data-none = No data yet

## States of a value
state-complete = complete
state-provisional = may still change
state-partial = days missing
state-running = not over yet
state-missing = no data in this period
state-no-data = no data
state-undefined = cannot be computed: nothing to divide by
state-future = yet to come
state-other-grain = not measured at this length
days-of = { $observed }/{ $expected } d

## Changes
change-up = up
change-down = down
change-good = better
change-bad = worse
change-not-available = n/a
change-not-meaningful = n/m

## Standings
standing-exceed = Exceeded
standing-on = On target
standing-near = Near
standing-off = Off target
standing-no-data = No data
standing-paused = Paused
standing-too-early = Too early

## Cards
cards-label = Figures
card-settled = Last settled
card-target = Target
card-attainment = Attained
card-owner = Owner
card-trouble = No figure:

## Charts
chart-numbers = Numbers
chart-slot = Period
chart-interactive = Interactive chart
chart-static = Plain chart
chart-right-axis = (right axis)
chart-axis-from = axis from { $value }
chart-open = Hollow points and bars: not final yet

## Tables, texts, notices
table-label = Table
table-sort = Sort
prose-other-language = This text has not been written in your language yet.
notice-error = Error
notice-warning = Note well
notice-info = Note

## From here on: words of the pages themselves

## Report
better-higher = Higher is better
better-lower = Lower is better
better-neutral = Neither way
better-range = Within a range
chart-months = By month
chart-weeks = By week
compare-previous-day = vs. day before
compare-previous-week = vs. week before
compare-previous-month = vs. month before
compare-previous-quarter = vs. quarter before
compare-previous-fiscal-year = vs. year before
compare-previous-year = vs. last year
data-encoding = Encoding
data-file = File
data-file-count = Files
data-files = Files read
data-findings = Findings
data-first = First day
data-last = Last day
data-hash = SHA-256
data-left-out = Rows left out
data-level = Level
data-message = What was found
data-no-findings = Nothing was found wrong.
data-place = Place
data-preset = Preset
data-provisional-from = May still change from
data-rows = Rows
data-rule = Rule
data-source = Source
data-sources = Sources
aside-title = Rows set aside: { $source }
aside-about = These rows are in no figure. Their days count as incomplete until the row is mended, or the report is downloaded again.
aside-more = The first { $listed } of { $rows } rows are listed; the table at the foot of the page has all.
aside-rows = Rows set aside
aside-others = The other rows
aside-others-count = count
aside-file-refused = do not count: too many rows cannot be used, and the file is refused
aside-place = File and line
aside-rule = Rule broken
aside-day = Day
aside-fields = What stands in the row
aside-csv = All rows set aside as a table (CSV)
aside-cells = it has not as many cells as the header: { $about }
aside-empty = { $about } is empty
aside-unreadable = { $about } cannot be read
aside-invariant = this does not hold: { $about }
aside-conflict = another row with the same { $about } says otherwise
aside-foreign = it is of { $about }, and the source is not
aside-stray = its day, { $about }, is years away from all others of the file
attribution-days = { $days } days after the click
attribution-mixed = unlike windows added on purpose
attribution-of = { $days } days after the click ({ $sources })
fact-attribution = Attribution window
fact-id = Id
fact-parts = Computed from
fact-place = Defined in
fact-sources = Sources
fact-tax = Tax basis
fact-unit = Unit
fact-used-by = Used in
home-period = { $period }
home-stores = Stores
home-weeks = Recent weeks
importance-core = Core
importance-survival = Survival
importance-guardrail = Guardrails
importance-other = Supporting
importance-advanced = Advanced
name-of-period = { $name } · { $period }
level-store = Store
level-category = Category
level-ad-type = Type
level-error = Error
level-warning = Warning
level-note = Note
metric-definition = Definition and basis
metric-weeks = Week by week
handbook-about = What the handbook says: meaning, example, misreadings, what to do
handbook-figures = Its figures, chart and definition
nav-articles = Handbook
nav-compare = Compare stores
nav-dashboards = Dashboards
nav-data = Data
nav-home = Home
nav-metrics = Metrics
nav-people = People
nav-stores = Stores
nav-targets = Targets
period-named = { $period }
person-nothing = No metrics or targets of their own.
scope-company = Company
series-previous-year = Year before
series-target = Target
store-history = Month by month
table-actual = Actual
table-better = Direction
table-covers = Covers
table-formula = Formula
table-gap-best = Gap to best
table-gap-median = Gap to median
table-metric = Metric
table-period = Period
table-person = Person
table-rank = Rank
table-scope = Scope
table-share = Share of total
table-standing = Standing
table-team = Team
table-total = Total
table-value = Value
target-parent = Part of
target-parts = Parts
target-red = Red line
target-resources = Resources
target-stretch = Stretch
tax-exclusive = without consumption tax
tax-inclusive = with consumption tax
tax-mixed = mixed, on purpose
tax-unknown = not declared
notice-errors = { $count ->
    [one] One error was found. What it touches is marked in its place.
   *[other] { $count } errors were found. What they touch is marked in its place.
}
trouble-basis = The basis of its amounts is not declared: with or without tax? The warning on the data page shows the line to write.
trouble-unknown = There is no such metric.
trouble-plugin = Plugin failed: { $rule } ({ $plugin })
notice-basis = No figures, because the tax basis of the amounts is not declared:
notice-broken = These metrics could not be understood:
home-freshness = Freshness
data-age = Age at the as-of date
fact-dashboards = Shown on
series-target-low = Target, from
series-target-high = Target, to
target-title = { $metric } · { $period }
target-title-scope = { $metric } · { $scope } · { $period }
target-parts-sum = Parts together
target-parts-left = Left to the whole
target-parts-months = Months in which the parts differ
target-parts-month = { $month }: { $gap }
fact-why = Why it matters
fact-hint = Way out
fact-notes = Details
metrics-broken = Could not be understood
doubt = “{ $check }” does not hold for { $whose } in { $period }{ $count ->
    [one] {""}
   *[other] {" "}and other periods, { $count } in all
  }: { $gap }. Until that is settled, { $metrics } may not be right in every part.
notice-broken-metric = The definition of this metric could not be understood. Until it is corrected, there are no figures.
notice-all = Findings on the data page
notice-warned = Some deserve attention before figures are relied upon.
notice-counts = Errors: { $errors } · warnings: { $warnings }
days-covered = { $observed } days loaded, none missing
days-lacking = { $observed } of { $expected } days loaded; missing: { $days }
data-store = Store from
data-columns = Columns
data-column = Column in the file
data-name = Name in formulas
data-use = Use
data-days = Days loaded
column-used = used
column-read = read, not used
column-ignored = left out: unknown
column-personal = dropped: personal data
data-own = columns of its own
data-pattern = Files
data-no-files = No file was read.
data-bytes = Bytes
data-day-first = From
data-day-last = To
data-days-of = Days loaded: { $table }
chart-more = and { $count } more among the numbers
series-target-of = Target, { $name }

## Objectives and launches
launch-ahead = Not launched yet
launch-asked = Asked
launch-condition = { $sign } { $value }
launch-date = Launched on
launch-day = Day since launch
launch-done = All gates passed
launch-early = Early
launch-exit = To leave this phase: { $holding } of { $all } conditions hold
launch-fails = ✗ not yet
launch-gate = Holds
launch-gates = Gate
launch-held = { $holding } of { $all } conditions hold
launch-holds = ✓ holds
launch-in-time = In time
launch-late =
    { $count ->
        [one] { $count } day late
       *[other] { $count } days late
    }
launch-missing = Missing first
launch-phase = Phase by the calendar
launch-phase-title = { $phase }: days { $from } to { $to }
launch-product = Product
launch-timing = Timing
launch-unknown = no figure yet
launch-week = Week
launch-weeks = Week by week since launch
nav-launch = Launches
nav-objectives = Objectives
objective-aspirational = Aspirational: seven tenths count as reached
objective-baseline = Baseline
objective-check-ins = Check-ins
objective-committed = Committed: to be reached in full
objective-confidence = Confidence
objective-date = Date
objective-done = Done
objective-elapsed = Time passed
objective-initiative = Initiative
objective-initiatives = Initiatives (they move no progress)
objective-key-result = Key result
objective-key-results = Key results
objective-kind = Kind
objective-note = Note
objective-objective = Objective
objective-open = Open
objective-parent = Serves
objective-progress = Progress
objective-state = State
objective-weight = Weight
## Targets
target-pace = Pace
target-forecast = Forecast
lead-to-date = To date
lead-of = of { $target }
lead-needed = Needed a day
lead-uplift = ×{ $uplift } of plan, { $days } days left
lead-days-left = { $days } days left
lead-rest = Allowed for the rest
lead-ahead = { $days } days ahead
lead-behind = { $days } days behind
lead-chance = ± { $spread }, chance { $chance }%
lead-chance-kept = ± { $spread }, chance to end within { $slack }% of it: { $chance }%
targets-of = { $name }: { $count } targets
targets-of-company = Company, other periods: { $count } targets
target-said-unmeasured = How much is asked follows from figures that are not measured yet.
target-said-reached = { $actual } of { $target } ({ $share }) by { $day }.
target-said-to-date = { $actual } by { $day }; the target is { $target }.
target-said-range = { $actual } by { $day }; wanted between { $low } and { $high }.
target-said-plan = The plan asks { $expected } by then: pace { $index }, on the day.
target-said-plan-pace = The plan asks { $expected } by then: pace { $index }.
target-said-behind = The plan asks { $expected } by then: pace { $index }, behind by { $days } days.
target-said-ahead = The plan asks { $expected } by then: pace { $index }, ahead by { $days } days.
target-said-plan-allows = The plan allows { $expected } by then: { $index } of it is used.
target-said-done = The target is reached.
target-said-needed = Left: { $left } on { $days } days, { $day } a day, which is ×{ $uplift } of plan.
target-said-left = Left: { $left } on { $days } days, { $day } a day.
target-said-may = { $left } may still be spent on { $days } days, { $day } a day.
target-said-spent = It is used up, with { $days } days left.
target-said-over = It is exceeded by { $left }, with { $days } days left.
target-said-allowed = Over the { $days } days left it may be { $allowed } at most.
target-said-rest = Over the { $days } days left it has to be { $allowed }.
target-said-forecast = Forecast { $value }.
target-said-forecast-between = Forecast { $value } ± { $spread }; chance to make it { $chance }%.
target-said-forecast-kept = Forecast { $value } ± { $spread }; chance to end within { $slack }% of the plan { $chance }%.
target-said-begins = It begins on { $day }.
target-said-nothing = There is no figure yet.
target-said-ended = { $actual } of { $target } in { $period } ({ $share }).
target-said-ended-plain = { $actual } in { $period }; the target is { $target }.
target-said-ended-range = { $actual } in { $period }; wanted between { $low } and { $high }.
target-said-early = Too early to judge: the figure still moves, or days are missing.
target-said-first = Against the first target of { $first } it is { $share }.
status-paused = Paused
status-disputed = Disputed
status-achieved = Achieved
status-dropped = Dropped
status-said-paused = Paused since { $day }: shown, not judged and not scored.
status-said-disputed = Disputed since { $day }: shown, not judged and not scored.
status-said-achieved = Declared achieved on { $day }.
status-said-dropped = Dropped on { $day }: shown, not judged and not scored.
tree-sum = The parts add up to
tree-left = not handed on:
tree-over = promised beyond the whole:
tree-uncovered = Covered by nobody:
tree-overlapping = Overlapping:
tree-past = Earlier targets ({ $count })
tree-count = { $count } targets
filter-all = All
targets-running = { $count } targets are running.
targets-off = Off target: { $count }.
targets-near = Near: { $count }.
targets-on = On target: { $count }.
targets-exceed = Exceeded: { $count }.
plan-needed = needed
plan-or-needed = or needed
plan-difference = Difference
plan-so-far = So far
plan-levels = Plan and figures
plan-title = The plan, down to the day
series-plan = Plan
series-first = First plan
series-even = Even pace
series-low = Forecast, low
series-high = Forecast, high
chart-course = { $metric }: so far, plan and forecast
chart-parts = { $metric }: who carries how much
day-mon = Mon
day-tue = Tue
day-wed = Wed
day-thu = Thu
day-fri = Fri
day-sat = Sat
day-sun = Sun
drift-title = Different from the template
drift-template = Template
drift-keys = Keys that differ
drift-by = differs by { $keys }
target-share = Share of the whole
target-contributes = How it serves the whole
target-note = Note
target-accepted = Accepted
target-not-accepted = by nobody yet
target-accepted-by = { $name }, { $day }
target-about = About this target
target-revisions = Revisions
target-growth = { $rate } more than { $baseline }
target-before = Before
target-after = After
target-reason = Why
target-by = By
table-date = Date
resource-what = What
resource-kind = Kind
resource-asked = Asked
resource-granted = Granted
resource-open = not decided
resource-refused = refused
chain-title = What it takes, worked out backwards
chain-assumption = Assumption
chain-assumed = Assumed
chain-needed = Needed
nav-calendar = Calendar
calendar-weekdays = Weights of weekdays
calendar-events = Events and seasons
calendar-holidays = Holidays
calendar-year = Weights of days, { $year }
calendar-weight = Weight
calendar-event = Event
calendar-kind = Kind
calendar-for = For
calendar-everyone = everyone
calendar-sure = Dates
calendar-computed = computed, not announced
calendar-announced = announced
calendar-holiday-weight = A holiday counts ×{ $weight }.
calendar-product = Where several weights meet, they multiply.
calendar-max = Where several weights meet, the largest counts, times the weekday.
calendar-used = { $count } targets follow it.
calendar-learned = Weights that are not written are learned from { $metric }.
calendar-learning = Learned weights
calendar-too-short = { $days } days of history are too few; two years of complete days teach.
calendar-history = Learned from { $days } days
calendar-n = Days it rests on
calendar-years = Years
calendar-in-force = In force
calendar-counts = learned
calendar-written = the written one counts
home-targets = Targets this morning
home-targets-more = All targets
person-now = Where things stand
person-other = Other targets
card-now = Running
smart-yes = yes
smart-doubt = to be looked at
smart-no = no
smart-title = SMART
smart-s = Metric, scope and one owner are named.
smart-s-definition = The metric has no description: say what it counts.
smart-s-owner = Nobody answers for it: name one owner.
smart-m = Past periods have data, and there is a value to start from.
smart-m-data = Nothing was measured yet, so nobody can tell where it stands.
smart-m-gaps = More than one past period in ten has no data.
smart-m-baseline = There is no baseline to compare it with.
smart-a = History and resources speak for it.
smart-a-implausible = It lies beyond what past periods suggest.
smart-a-resources = It asks for much more than before, and no resources stand behind it.
smart-a-met = It was reached before it began.
smart-a-unknown = There is too little history to say whether it can be reached.
smart-r = It serves a greater target or a strategy.
smart-r-parent = It belongs to no greater target and to no strategy.
smart-r-weight = Its weight is nothing.
smart-t = It has an end, and days on which it is looked at before.
smart-t-cadence = Nobody has said how often it is looked at.
smart-t-checkpoint = There is a rhythm, but no day on which it must be looked at.
target-said-gap = Too early to judge: { $day } has no data.
target-said-unsettled = Too early to judge: its figures may still change.
chain-from = Measured in
chain-written = written
reach-baseline = Grows from
reach-improvement = Improvement asked
reach-history = Against history
reach-z = { $z } σ from the usual
reach-percentile = { $share }% of past growths were below
reach-periods = { $count } periods
reach-own = Chance its authors see

## Scorecards
nav-scorecards = Scorecards
score-about = About this card
score-amount = Amount
score-base = Bonus at coefficient 1
score-basis-carried = no value: score of { $period }
score-basis-no-target = no target: left out
score-basis-no-value = no value: left out
score-basis-paused = target paused: left out
score-basis-too-early = too early
score-basis-unscored = shown only
score-basis-zero = no value: counts as 0
score-before = Before
score-bonus = Bonus
score-by-points = By points
score-by-weight = By weight
score-cap = Coefficient at most
score-capped = held down from
score-card = Card
score-change = Change
score-closes = Closes when
score-coefficient = Coefficient
score-commission = Commission
score-coverage = Weight measured
score-cut-above = { $what } { $value }, above { $limit }
score-cut-below = { $what } { $value }, below { $limit }
score-cut-unknown = { $what }: no value, nothing taken off yet
score-final = Final
score-gate-closed = closed: caps the coefficient
score-gate-open = not met
score-gate-unknown = no value: not checked
score-gates = Gates
score-history = { $grain ->
    [week] Recent scores by week
    [month] Recent scores by month
    [quarter] Recent scores by quarter
    [year] Recent scores by year
    *[other] Recent scores by day
    }
score-how = Worked out
score-item = Item
score-item-scope = { $item } · { $scope }
score-items = Items
score-ladder = Bands, the best first
score-leads-to = Leads to
score-money = What it pays
score-movement = Since { $period }
score-rise = Rise
score-fall = Fall
score-moving = Preliminary: figures still move or are missing
score-no-data = No score
score-nothing = Leads to nothing
score-now = Now
score-on-score = On the score
score-part = Weighted
score-pay = Paid
score-points = Points
score-rules = Rules
score-rules-first = first version
score-rules-from = version of { $day }
score-rules-retroactive = version of { $day }, applied retroactively
score-running = Preliminary: the period is not over
score-score = Score
score-sign-lead = Lead
score-sign-other = Signed by
score-sign-person = Employee
score-signatures = Signatures
score-since = Since { $period }
score-step = Line
score-tier = { $what }: from { $from } to { $to }
score-times = Times the coefficient
score-title = { $person } · { $period }
score-to-next = To the next band
score-too-early = Too early
score-unsigned = not signed yet
score-until = Sums are held against what was asked up to
score-weight = Weight
score-scale = How points are given
score-at-most = at most
score-when = { $sign } { $value }
score-preliminary = Preliminary
score-value = { $value }
score-open = Not final yet
score-open-missing = { $item } has no value
score-open-moving = { $item } may still change
score-open-partial = { $item } lacks days
score-open-running = { $item } is not over
unit-percent = Percent
unit-count = Count
unit-factor = Factor
unit-days = Days
unit-weeks = Weeks
unit-stars = Stars, of five
unit-rank = Rank
unit-score = Points

## Process limits
variation-common = routine variation
variation-improvement = signal: improvement
variation-concern = signal: concern
variation-neutral = signal
assurance-pass = reaches the target by itself
assurance-fail = cannot reach the target as it is
assurance-miss = reaches the target now and then
series-center = Centre
series-upper = Upper limit
series-lower = Lower limit
series-signal-good = Signal: improvement
series-signal-bad = Signal: concern
series-signal = Signal
limits-days = Day by day, with process limits
limits-weeks = Week by week, with process limits
limits-months = Month by month, with process limits
limits-quarters = Quarter by quarter, with process limits
limits-years = Year by year, with process limits
limits-heading = What is routine, and what is not
limits-state = Limits
limits-range = Routine range
limits-step = Mean step from point to point
limits-now = Newest point
limits-target = Target
limits-up-to = up to
limits-from = from
limits-too-few = none yet: { $count } complete points, 5 are needed
limits-no-variation = none: the values never move
limits-no-count = none: this chart needs a count behind each value
limits-no-cycle = none yet: the season needs more whole cycles
limits-provisional = provisional, from { $count } points
limits-firm = firm, from { $count } points
limits-locked = locked at the first { $count } points
limits-segments = Limits over time
limits-since = Since
limits-why = Reason
limits-reason-change = { $reason } ({ $change })
limits-rebase-suggested = Since { $since } the values lie on one side, and a change was recorded near it: “{ $change }”. If the process is another one now, let the limits begin anew with `rebase`; nothing does so by itself.
signal-outside-high = above the upper limit
signal-outside-low = below the lower limit
signal-trend-high = rising for long
signal-trend-low = falling for long
signal-near-high = several near the upper limit
signal-near-low = several near the lower limit
signal-run-high = long above the centre
signal-run-low = long below the centre
signal-mr-high = unusual rise from the point before
signal-mr-low = unusual fall from the point before
signal-anhoej = crosses the centre too rarely
signal-since = since { $period }
signal-meaning = Meaning
signal-what = Signal
home-signals = New signals
home-signals-more = All signals and alerts
signals-by-chance = { $count } of { $points } series speak; chance alone would put about { $chance } of them outside their limits.
nav-alerts = Signals and alerts
alerts-signals = New signals
alerts-no-signals = Nothing is more than routine variation.
nav-causes = Causes
causes-part = Part
causes-was = Before
causes-now = Now
causes-effect = Effect
causes-change = Change
causes-share = Share, %
causes-lever = What to do
causes-table = Parts
causes-by = By { $level }: { $name }
causes-rest = { $count ->
    [0] Not told apart
    [one] { $count } other
   *[other] { $count } others
}
causes-shift = Weight moved between them
causes-rate = Own rate
causes-mix = Mix
causes-volume = Volume
causes-price = Price
causes-new = New
causes-lost = Gone
causes-volume-table = Price, volume and mix
causes-chart = { $name }, from before to now
causes-mean = Mean before
causes-identity = Identity
causes-last = Last signal
causes-sentence = What it came from
causes-method = Split by
causes-method-lmdi = LMDI-I (logarithmic mean; Shapley where there are zeros or negative values)
causes-method-shapley = Shapley
causes-method-sequential = One after the other (another order gives other parts; for explanation only)
causes-method-sum = Sum: the change of each part is its effect
causes-method-items = Members
causes-newest = { $period }
causes-last-signal = Last signal: { $period }
causes-stores = The last signal of each store
causes-more = All causes: by store, by member, against each base
causes-noise = Routine variation: no cause is named.
causes-on-target = Not short of its target: no cause is named.
causes-no-limits = Not enough data yet to tell a signal from routine variation: no cause is named.
causes-quiet = No signal within a year.
causes-no-data = There is no complete period to compare yet.
causes-missing-was = “{ $name }” is not known for the base, so nothing is told apart.
causes-missing-now = “{ $name }” is not known for this period, so nothing is told apart.
causes-undefined-was = Something is divided by zero in the base, so nothing is told apart.
causes-undefined-now = Something is divided by zero in this period, so nothing is told apart.
causes-open = The parts differ from the metric by { $gap }; nothing is told apart until they agree.
causes-no-split = There are too many parts, with zeros or negative values among them, to be told apart.
causes-no-identity = Nobody wrote down what it is made of.
causes-against-period = { $period } against { $base }
causes-against-year = { $period } against last year ({ $base })
causes-against-event = { $period } against the same event last year ({ $event }, { $base })
causes-funnel = The way to sales: { $period }, against the period before
causes-funnel-step = Step
causes-break-even = { $name } and { $line }
causes-room = Room to break-even
causes-by-moved = By { $level }: { $name } (shares moved { $moved }, of 1)
causes-against-mean-day = { $period } against the mean of { $count } days before
causes-against-mean-week = { $period } against the mean of { $count } weeks before
causes-against-mean-month = { $period } against the mean of { $count } months before
causes-against-mean-quarter = { $period } against the mean of { $count } quarters before
causes-against-target = { $period } against the target
causes-verdict-signal = Signal
causes-verdict-off-target = Off target
causes-verdict-noise = Routine variation
causes-verdict-no-limits = Not enough data
causes-to = to
causes-missing-target = “{ $name }” has no target, so the shortfall is not told apart.
causes-block = { $name }: why it moved
compare-percentile = Percentile
compare-index = Index (group = 100)
compare-marginal = Marginal ({ $period })
compare-per = Per unit of { $name }
compare-rank = { $rank }
compare-rank-best = { $rank } · best
compare-rank-last = { $rank } · last
compare-too-little = too few to rank
compare-funnel = More than chance? Limits by each store’s own count
compare-count = Count behind it
causes-step-good = better
causes-step-bad = worse
causes-step = change

## Alerts
alerts-open = Open alerts
alerts-none = No alert is open.
alerts-over = Alerts that are over
alerts-nobody = nobody
alerts-count =
    { $count ->
        [one] one alert
       *[other] { $count } alerts
    }
alert-severity = Severity
alert-heard = What was heard
alert-state = State
alert-name = Name
alert-sop = What to do
alert-new = new
alert-overdue = new, overdue
alert-taken = taken by { $by }, { $day }
alert-resolved = over since { $period }
alert-signal = { $value }: { $rule }; the centre is { $center }
alert-threshold = { $value }; told at { $op } { $limit }
alert-pace = { $share } of what the plan asks by now
alert-attainment = { $share } of the target
alert-change = { $value } after { $before }
alert-reconcile = { $value }, but { $other } by { $name }
alert-stale = no rows for { $days } days
alert-stale-title = Source { $source }
alert-gate = the gate is { $days } days late
alert-composite = its parts hold together
severity-low = low
severity-medium = medium
severity-high = high
alerts-why = What the gravest alerts came from
alerts-why-of = { $whose } · { $name }
box-last-week = Last week
box-wow = WoW
box-yoy = YoY
box-mtd = MTD
box-qtd = QTD
box-ytd = YTD
deck-box = Box line
deck-weeks = Six weeks
deck-months = Twelve months
deck-axis-weeks = Weeks
deck-axis-months = Months
deck-axis-from = axis from { $value }
deck-reached = of target, gap
deck-growth-week = { $name }, week on week
deck-growth-month = { $name }, month on month
deck-growth-year = { $name }, year on year
deck-variance = Against target
deck-variance-percent = Against target, %
deck-attainment = Of target
deck-owner = Owner:
deck-period = Review of { $period }, figures up to { $day }
deck-exceptions = To talk about
deck-no-exception = No exception: no new signal, no missed target, no gap in the data, no changed definition. The deck below needs no discussion.
deck-column-block = Block
deck-column-why = Why
deck-column-owner = Owner
deck-block = { $number } · { $title }
deck-and = { $one }; { $other }
deck-why-signal = a signal beyond routine variation
deck-why-week = { $share } of the week’s target
deck-why-month = { $share } of the month’s target so far
deck-why-missing = no data in the week
deck-why-partial = days missing: { $observed } of { $expected }
deck-why-change = definition changed: { $text }
deck-why-new = new: { $text }
deck-why-target = { $share } of the target of { $period }
deck-why-forecast = the forecast misses the target of { $period }
deck-column-since = Since
deck-since-new = new
deck-since-before = as last time
deck-comment = Comment
deck-actions = Open actions
deck-action = { $title } · { $who } ({ $state })
deck-action-due = { $title } · { $who }, by { $day } ({ $state })
deck-csv = Figures of this page as a table (CSV, unrounded)
deck-late = Late data
deck-late-source = { $source }: up to { $day }
review-resources = Changes of resources
unit-ratio = ratio

# Reviews, actions, notes of days
nav-reviews = Reviews
nav-actions = Actions
nav-decisions = Decisions
nav-daily = Daily notes
review-of = { $name } · { $whose }
review-name = Review
review-date = Held on
review-attendance = Attendance
review-present = { $there } of { $asked }
review-new = New actions
review-closed = Closed
review-open = Still open
review-attendees = There
review-absent = Not there
review-deck = Deck
review-signals = Signals
review-no-signals = No signal among the leading figures: routine variation.
review-figures = Target, actual, difference
review-comments = Comments
review-left = Left from before
review-begun = New actions
figures-target = Target
figures-actual = Actual
figures-off = Difference
figures-standing = Standing
attendance-there = There
attendance-asked = Asked
attendance-sponsor = Sponsor
action-title = Action
action-id = Id
action-due = Due
action-expected = Expected effect
action-aged = Age
action-reason = Reason
action-evidence = What shows it
action-effect = Effect
action-nobody = nobody
action-open = open
action-blocked = blocked
action-done = done, { $day }
action-dropped = dropped, { $day }
action-overdue = { $count ->
    [one] overdue by one day
   *[other] overdue by { $count } days
}
action-reopened = open again: { $state }
action-moved = { $count ->
    [one] { $day } (moved once)
   *[other] { $day } (moved { $count } times)
}
action-age = { $reviews ->
    [0] { $days } d
    [one] one review, { $days } d
   *[other] { $reviews } reviews, { $days } d
}
effect-too-early = too early, from { $day }
effect-not-asked = no metric to ask
effect-effective = effective ({ $after } periods against { $before })
effect-not-effective = not effective ({ $after } periods against { $before })
effect-unclear = unclear ({ $after } periods against { $before })
actions-open = Open actions
actions-none = Nothing is open.
actions-overdue = Overdue
actions-effects = Did the figures move?
actions-closure = Closure rate
actions-closed = Closed actions
closure-of = Month or owner
closure-due = Due
closure-on-time = In time
closure-late = Late
closure-open = Still open
decision-text = Decision
decision-kind = About
decision-by = By
decision-changes = Changes
decision-other = other
decision-strategy = strategy
decision-target = target
decision-resources = resources
decisions-quarters = Decisions by quarter
home-concern = { $count ->
    [one] One new signal that concerns
   *[other] { $count } new signals that concern
}
alerts-others = Other new signals: { $count } (better, or neither good nor bad)
home-overdue = { $count ->
    [one] One action is overdue
   *[other] { $count } actions are overdue
}
home-actions-more = All actions
daily-of-sales = Sales
daily-of-ads = Advertising
daily-of-stock = Stock
daily-of-health = Account health
daily-of-products = By product
daily-field = Field
daily-day = The day
daily-before = Day before
daily-mean = Mean of 7 days before
daily-gmv = Sales (GMV)
daily-orders = Orders
daily-aov = Order value
daily-units = Units
daily-bsr = Best sellers rank
daily-spend = Ad spend
daily-ad-sales = Ad sales
daily-acos = ACoS
daily-cpc = Cost per click
daily-ctr = Click-through rate
daily-cvr = Ad conversion
daily-budget = Budget use
daily-sellable = Sellable units
daily-inbound = Inbound units
daily-aged = Aged over 90 days
daily-cover = Days of stock
daily-stockout = Stock-out rate
daily-restock = Restock alerts
daily-odr = Order defect rate
daily-vtr = Valid tracking rate
daily-late = Late shipment rate
daily-sales = Sales
daily-organic = Organic share
daily-offer = Featured offer
daily-reviews = New reviews
daily-log = Log
daily-time = Time
daily-action = Action
daily-by = Person
daily-issues = Issues
daily-tomorrow = Tomorrow
start-figures = Figures
start-status = a status for each: open, blocked, done, dropped
start-value = { $value }
start-target = { $said }; target { $target }, difference { $off }
start-range = { $said }; target { $low } to { $high }
start-before = { $said }; period before { $before }
start-year = { $said }; last year { $year }
start-signal = { $name }, { $whose }, { $period }: { $rule }
start-points = { $value } pp

# Versions, and what changed between them
nav-changes = What changed
changes-against = Compared with version { $version }.
changes-none-before = There is no earlier version to compare with.
changes-nothing = Nothing says anything else than before.
changes-definitions = Definitions
changes-targets = Targets
changes-restated = Restated figures
changes-standings = Standings that turned
changes-pages = Pages
changes-target = Target
changes-page = Page
changes-what = What
changes-before = Before
changes-now = Now
changes-new = new
changes-gone = gone
changes-renamed = renamed
changes-more = { $count ->
    [one] One more row is not shown.
   *[other] { $count } more rows are not shown.
}
changes-formula = Formula
changes-basis = Basis
changes-owner = Owner
changes-status = Status
changes-because = Because
changes-because-definition = the definition changed
changes-because-data = the data was corrected
changes-because-open = the period was not complete or not final
version-label = Version
version-other = This page in other versions
version-newer = A newer version is current.
version-go = Go to the current version
version-absent = not in this version
version-draft = Draft: not for readers.
stage-startup = Stage of the company: startup
stage-growth = Stage of the company: growth
stage-mature = Stage of the company: mature

# kpress diff
diff-title = Changes from { $base } to { $head }
diff-here = the files as they are
diff-nothing = Nothing differs: definitions and figures are the same.
diff-definitions = Definitions
diff-asked = What targets ask
diff-standings = Standings that turned
diff-gaps = Parts that do not add up to their target
diff-figures = Figures of the last 13 periods
diff-alerts = Alerts in these periods
diff-found = Findings
diff-changed = changed
diff-difference = Difference
diff-points = pp
diff-severity = Severity
diff-message = Message
diff-found-new = found now
diff-found-gone = gone
diff-alert-raised = would be raised
diff-alert-silent = would no longer be raised
diff-gap-none = no gap
diff-why-not-defined = not defined on this side
diff-why-no-basis = the basis of its amounts is not declared
diff-why-not-asked = not measured on this side: no page and no target asks for it
diff-note-calendar = Weeks or years are cut in another way: a period of the same name may hold other days.
diff-note-published = One side is a published version: it is known by what it said, so only formulas, units, bases, owners and values are compared. Its figures are those of its day: data that came later moves them too.
diff-note-shallow = This clone is shallow: earlier commits were not fetched.
diff-count-no-figures = no figure changes
diff-about-metric = Metric
diff-about-target = Target
diff-about-calendar = Calendar
diff-about-objective = Objective
diff-about-launch = Launch
diff-about-scorecard = Scorecard
diff-about-alert = Alert
diff-about-person = Person
diff-about-team = Team
diff-about-store = Store
diff-about-source = Source
diff-about-plugin = Plugin
diff-about-lock = Accepted
diff-about-rule = Rule
diff-about-site = Site
diff-about-deploy = Deploy target
diff-about-annotation = Event
diff-about-dashboard = Dashboard
diff-about-review = Review
diff-about-text = Text
diff-count-definitions = { $count ->
        [one] 1 definition differs
       *[other] { $count } definitions differ
    }
diff-count-figures = { $count ->
        [one] figures of 1 metric and scope change in { $periods } periods
       *[other] figures of { $count } metrics and scopes change in { $periods } periods
    }
diff-count-standings = { $count ->
        [one] 1 standing turns
       *[other] { $count } standings turn
    }
diff-count-gaps = { $count ->
        [one] 1 gap between a target and its parts changes
       *[other] { $count } gaps between targets and their parts change
    }
diff-count-alerts = { $count ->
        [one] 1 alert comes or goes
       *[other] { $count } alerts come or go
    }
diff-of-periods = { $differ } of { $all } periods differ
diff-left-out = { $count ->
        [one] 1 more table does not fit into this comment; `kpress diff` shows it.
       *[other] { $count } more tables do not fit into this comment; `kpress diff` shows them.
    }

# The live preview; [n] and its like are filled in by its script.
preview-live = Preview follows your files
preview-building = Building …
preview-lost = The preview does not answer; trying again
preview-closed = The preview was started anew: open the address it printed
preview-broken = Something is broken; these are the last good pages
preview-failed = The build came to nothing
preview-open = Open in the editor
preview-hide = Hide
preview-gone = This page is no longer part of the site
preview-home = To the first page
preview-ran = What ran, [ms] ms
preview-pages-changed = [n] of [of] pages changed
preview-pages-made = [n] of [of] pages are made so far
preview-none-changed = No page changed
preview-findings = Errors and warnings: [n]
preview-audience = Seen by

nav-governance = Governance
level-off = Off
table-target = Target
history-title = How the definition changed
history-who = Who
history-why = Why
history-what = What
history-before = Before
history-after = After
history-commit = Commit
history-open = Not committed yet
history-new = new
history-gone = gone
history-renamed = renamed
history-changed = changed
history-notes = Notes on changes
history-restated = The same data by both definitions (change of { $date })
history-restated-open = The same data by both definitions (change not committed yet)
history-asked = What the target asks, before and after (change of { $date })
history-asked-open = What the target asks, before and after (change not committed yet)
history-weights = Weights of the days of each month, before and after (change of { $date })
history-weights-open = Weights of the days of each month, before and after (change not committed yet)
history-not-restated = The definition before this change cannot be measured over the data of now: it is too old, or uses names that are gone.
history-other-unit = This change is one of unit: figures before and after cannot be laid beside each other.
history-same-values = Before and after this change the figures of the last periods are the same.
history-nothing = There is no history: the workspace lies in no Git repository, or nothing was committed yet.
history-apart = There is no history: the workspace is a folder of a larger repository, and kpress.yaml does not say that this is its history (history: git, below site).
history-shallow = This clone is shallow: earlier commits were not fetched, and the history begins in the middle.
history-cut = Only the newest changes are told; the repository has them all.
governance-audiences = Audiences
governance-audiences-about = Who sees what. Each audience has a tree of its own; what it may not see is not in it.
governance-audience-count = { $count ->
    [one] { $count } audience
   *[other] { $count } audiences
}
audience-name = Audience
audience-scopes = Where
audience-all = everything
audience-everywhere = everywhere
audience-owner = what { $name } answers for
audience-company-and = Company · { $names }
audience-withheld = Withheld: with the parts that are shown, this total would give away one that is not.
audience-not-shown = Not shown to this audience.
audience-count-withheld = { $count ->
    [one] { $count } total is withheld: with the parts that are shown it would give away one that is not.
   *[other] { $count } totals are withheld: with the parts that are shown they would give away one that is not.
}
governance-rules = Rules and findings
governance-rules-about = Which rules found something, which were given another level, and what stands for a while.
governance-raci = RACI
governance-raci-about = Responsible: whoever has a target or a lever of the metric. Accountable: its owner. Consulted: contributors. Informed: who leads the teams of those.
governance-organisation = Organisation
governance-organisation-about = Who leads each team, who is in it, and what each person covers.
governance-owners = Owners and load
governance-owners-about = How many metrics, running targets and open actions each person carries, the most first.
governance-signed = Sign-off of targets
governance-signed-about = Who has to sign which target, who has not yet, and whether one was changed after somebody had signed it.
governance-changes = Changes
governance-changes-about = Everything that changed in definitions, targets, calendars and owners, from the commits, newest first.
governance-calibration = Calibration
governance-calibration-about = When each definition was last looked at, how many days ago, and when it is due. After a change of strategy all of them have to be looked at again.
governance-sources = Data sources
governance-sources-about = Who keeps an eye on each source, how many metrics stand on it, and up to which day it goes.
governance-levels = Rules with another level
governance-suppressed = What stands for a while
rules-rule = Rule
rules-level = Level
rules-count = Findings
rules-where = Where
rules-until = Until
raci-responsible = Responsible
raci-accountable = Accountable
raci-consulted = Consulted
raci-informed = Informed
organisation-lead = Lead
organisation-role = Role
organisation-from = From
organisation-alone = In no team
owners-metrics = Metrics
owners-core = Of these core
owners-targets = Running targets
owners-actions = Open actions
owners-helps = Helps with
owners-all = In all
signed-by = Signed
signed-missing = Not signed by
signed-state = State
signed-line = { $name }, { $date }
signed-both = { $one }; { $other }
signed-changed = Changed after it was signed
signed-open = Not signed by all
signed-done = Signed
change-about = Kind
change-what = What
change-how = Change
calibration-reviewed = Looked at
calibration-days = Days since
calibration-due = Due
calibration-state = State
calibration-overdue = Overdue
calibration-strategy = Not since the change of strategy
calibration-never = No date
calibration-fine = Fine
calibration-changes = Changes of strategy
calibration-from = From
calibration-to = To
sources-keeper = Kept by
sources-owners = Owners of these metrics
governance-findings = { $count ->
        [one] 1 finding
       *[other] { $count } findings
    }
governance-without-owner = { $count ->
        [one] 1 metric without an owner
       *[other] { $count } metrics without an owner
    }
governance-people = { $count ->
        [one] 1 person
       *[other] { $count } people
    }
governance-carried = { $count ->
        [one] 1 thing carried
       *[other] { $count } things carried
    }
governance-unsigned = { $count ->
        [one] 1 target not signed by all
       *[other] { $count } targets not signed by all
    }
governance-changed = { $count ->
        [one] 1 change
       *[other] { $count } changes
    }
governance-due = { $count ->
        [one] 1 definition to be looked at
       *[other] { $count } definitions to be looked at
    }
governance-source-count = { $count ->
        [one] 1 source
       *[other] { $count } sources
    }
change-many = { $count ->
        [one] 1 of them
       *[other] { $count } of them
    }
preview-edit = Change this target
preview-close = Close
preview-edit-save = Write to the file
preview-edit-reset = As in the file
preview-edit-undo = Undo the last write
preview-edit-saved = Written. This is all that changed:
preview-edit-invalid = The workspace would not take this:
preview-edit-made-by = Made by [id]: a change holds for all that it makes
preview-packed = From a pack
preview-packed-how = These come with a pack and are no file of this workspace. Copied to a file in alerts/, one takes the place of the pack’s and can be changed here.
preview-packed-copy = Copy
preview-packed-copied = Copied
preview-revise = New revision …
preview-revise-value = Value
preview-revise-date = From
preview-revise-reason = Reason
preview-revise-save = Write the revision
preview-no-unknown = There is no such target any more
preview-no-not-allowed = This cannot be changed here
preview-no-elsewhere = It stands in a table or comes with kpress: change it there
preview-no-no-reason = A revision needs a reason
preview-no-not-seen = This audience does not see it: change it where everything is shown
preview-no-unreadable = The file cannot be read
preview-no-shared = Another value of the file would change with it: change it in the editor
preview-no-not-one = It is no single value on one line: change it in the editor
preview-no-conflict = The file was saved elsewhere meanwhile; nothing was written
preview-no-invalid = The workspace would not take this; nothing was written
preview-no-nothing-to-undo = There is nothing to undo
preview-no-failed = That did not work; nothing was written
preview-sets = What-if
preview-set-name = Name of the changes
preview-set-keep = Keep
preview-set-show = Show
preview-set-compare = Compare
preview-set-patch = Save as patch
preview-set-remove = Remove
preview-board-target = Target
preview-board-files = files
preview-board-value = Value
preview-board-attainment = Attainment
preview-board-pace = Pace
preview-board-forecast = Forecast
preview-board-standing = Standing
preview-board-scores = Scores with this
preview-board-same = No target differs

## The reader of encrypted pages
reader-title = Encrypted pages
reader-about = These pages are encrypted. Your passphrase opens them in this browser; it is sent nowhere.
reader-passphrase = Passphrase
reader-show = Show
reader-hide = Hide
reader-remember = Remember on this device for 12 hours
reader-open = Open
reader-opening = Opening …
reader-wrong = This cannot be opened. The passphrase is wrong, or files were changed or are missing.
reader-note = Forgotten? Whoever publishes these pages can give you a new passphrase; nobody can look up the old one.
reader-no-crypto = Browsers open encrypted pages only over a safe connection. Use the address that begins with https:// instead of http://.
reader-from-file = Browsers do not let a page read files from a folder, so encrypted pages cannot be opened there. Open them from a web server, by an address that begins with https://.
reader-no-script = These pages are encrypted. Opening them needs JavaScript.
reader-lock = Lock
reader-state = Opened with a passphrase
reader-language = Language
reader-name = English

## Reconciliation
nav-reconciliation = Reconciliation
reconcile-about = Two reports about one thing should give one figure. Every period with both sides, their difference, what is allowed and the verdict; what differs opens down to days, files and rows. What is not complete or still moves is not judged; nor are amounts whose tax differs or is not declared.
reconcile-check = Check
reconcile-left = Left
reconcile-right = Right
reconcile-zero = Should be
reconcile-allowed = Allowed
reconcile-pairs = Periods compared
reconcile-outside = Outside
reconcile-verdict = Verdict
reconcile-whose = Whose
reconcile-gap = Difference
reconcile-agrees = ✓ agrees
reconcile-differs = ✗ differs
reconcile-missing = – one side missing
reconcile-open = … not complete yet
reconcile-basis = – tax basis
reconcile-nothing = – nothing to compare
reconcile-no-data = Neither side has data yet.
reconcile-figure = Figure
reconcile-files = Files behind the differences
reconcile-day = Day
reconcile-days = { $whose }, { $period }: the days on which both sides differ
reconcile-rows = { $whose }, { $period }: rows on both sides
reconcile-row = Row
reconcile-cells = Figures in the row
reconcile-adds = Adds
reconcile-place = File and line
reconcile-no-side = One of the two sides has no data yet: there is nothing to compare.
reconcile-one-sided = Not compared, because one side has no data: { $who }.
reconcile-earlier = { $count ->
    [one] One earlier period
   *[other] { $count } earlier periods
  }
reconcile-rest = { $count ->
    [one] One more period is not listed here
   *[other] { $count } more periods are not listed here
  }; all of those that differ are counted above.
rows-more = { $count ->
    [one] And one more row
   *[other] And { $count } more rows
  }, in the table at the foot of the page.
rows-csv = All these rows as CSV

# Rules of findings: what they are called on pages, and what to do
rule-title = { $rule ->
    [acknowledged-nothing] Acknowledgement of an alert that was never raised
    [action-overdue] Action open after its due date
    [action-vanished] Action that no earlier review holds
    [action-without-owner] Action without an owner
    [address-taken] Page address already taken
    [aggregate-misplaced] Aggregate in the wrong place
    [alert-unknown] Alert that does not exist
    [ambiguous-order] Several first or last values on one day
    [amount-unreadable] Amount cannot be read
    [another-report] Another kind of report in the folder
    [audience-leak] Something hidden stands in the pages of an audience
    [audiences-add-up] Two audiences together give away a third figure
    [balance-vanished] Stock that is gone from the ledger
    [baseline-not-past] Baseline that is not over
    [basis-mixed] Unlike bases in one figure
    [basis-undeclared] Amounts that do not say whether tax is in them
    [bounds-crossed] Lower bound above the upper one
    [category-unmapped] Amounts of an unknown kind
    [cause-without-lever] Cause without an owner or a way to act
    [causes-do-not-close] Causes do not give the metric
    [changed-after-sign-off] Target changed after it was signed
    [check-in-unknown] Check-in on a key result that does not exist
    [child-unrelated] Part of a target of an unrelated metric
    [children-differ-from-parent] Parts do not add up to the whole
    [coarse-values] Values too coarse for process limits
    [column-ambiguous] Two columns match one
    [column-missing] Column missing in a file
    [column-unknown] Column that the preset does not know
    [control-character] Control character in a text
    [cost-unknown] Cost missing
    [counted-twice] Same figures from two sources
    [cycle] Definitions that refer to each other
    [data-limit] Data file too large
    [date-order-undeclared] Order of day and month unknown
    [date-unreadable] Date that cannot be read
    [day-missing] Days missing in between
    [deck-order] Outcome shown before its causes
    [definition-changed-silently] Definition changed without a note
    [duplicate-column] Column named twice
    [duplicate-id] Name defined twice
    [duplicate-key] Key written twice
    [duplicate-rows] Rows that came more than once count once
    [empty-file] File without content
    [equal-rows] Equal rows in one file
    [event-not-weighted] Sale event without weight in a target's period
    [exchange-rate-mixed] Unlike exchange rates in one figure
    [extra-week] Comparison across a year of 53 weeks
    [figure-restated] Published figure changed
    [file-cut] File that may have been cut
    [file-not-read] Data file that no source reads
    [file-too-large] Definition file too large
    [file-unreadable] Data file cannot be read
    [formula-cut] Formula cut off at a comma
    [formula-not-allowed] Part of a formula that is not allowed
    [formula-too-long] Formula too long
    [formula-unfit] Formula does not fit the columns
    [formula-unreadable] Formula cannot be read
    [grain-too-coarse] Rows too coarse for the metric
    [growth-at-other-grain] Growth over another period than the table's
    [growth-without-baseline] Growth target without a complete baseline
    [header-changed] Columns differ from those accepted
    [header-not-found] Header line not found
    [history-shallow] Clone without history
    [history-unreadable] History cannot be read
    [invariant-broken] Figure that should be zero is not
    [item-too-coarse] Scorecard item measured over longer periods than the card
    [item-without-target] Scorecard item without a target
    [key-result-stands-still] Key result without a distance
    [ladder-unordered] Steps out of order
    [limits-not-possible] Process limits cannot be drawn
    [lock-unreadable] kpress.lock cannot be read
    [lookup-ambiguous] Two rows for one key
    [lookup-missing] Row not found in the other table
    [lost-characters] Characters were lost before the file was written
    [markdown-html] HTML in an article is shown as text
    [markdown-link] Link that is not allowed
    [marketplace-differs] Report of another marketplace
    [metric-above-stage] Metric too early for the stage of the company
    [metric-unused] Metric that is used nowhere
    [missing-key] Required key missing
    [months-differ-from-target] Months do not add up to the target
    [no-owner] Nobody answers for it
    [no-workspace] Not a workspace
    [not-additive] Sum of what does not add up
    [not-readable] File cannot be read
    [not-signed] Target not signed by all
    [not-utf8] File not encoded in UTF-8
    [not-yet] Not acted on by this version
    [number-overflow] Number outgrows exact arithmetic
    [number-unreadable] Number that cannot be read; it is missing
    [orphan-target] Target that belongs to no whole
    [output-refused] Output folder refused
    [outside-target-period] Day outside of the target's period
    [page-name-taken] Page name already taken
    [page-unsafe] Page with something that could run
    [parts-overlap] Parts that hold the same store
    [parts-phased-apart] Parts that do not add up month by month
    [parts-uncovered] Stores left out by the parts
    [path-refused] Path that is not allowed
    [period-differs] Rows of another period than declared
    [period-undeclared] Nothing says which period a file is of
    [personal-data-dropped] Data of buyers was dropped
    [phase-unfit] Phasing that does not fit the metric
    [phases-cross] Phases that overlap or leave a gap
    [plugin-abi-broken] Plugin answered with damaged data
    [plugin-api-unknown] Plugin of another interface
    [plugin-budget-exhausted] Plugin used up its allowance
    [plugin-cache-discarded] Compiled plugin was damaged and made anew
    [plugin-cancelled] Plugin stopped before its end
    [plugin-capability-missing] Plugin lacks a grant
    [plugin-compile-failed] Plugin cannot be compiled
    [plugin-data-rejected] Plugin refuses these rows
    [plugin-denied] Plugin wanted what it is not granted
    [plugin-descriptor-invalid] Plugin describes itself wrongly
    [plugin-failed] Plugin gave up
    [plugin-grant-invalid] Grant or limit that cannot be given
    [plugin-hash-mismatch] Plugin differs from the one approved
    [plugin-http-failed] Server gave no usable answer
    [plugin-id-taken] Name used by two plugins, or by a plugin and a formula
    [plugin-import-refused] Plugin needs what no plugin gets
    [plugin-input-missing] Input of a plugin missing
    [plugin-lock-stale] Plugin asks for other than approved
    [plugin-no-progress] Pull does not get on
    [plugin-not-a-component] File that is no plugin
    [plugin-not-deterministic] Plugin gives other results each time
    [plugin-not-locked] Plugin not approved yet
    [plugin-not-run] Built without plugins
    [plugin-out-of-fuel] Plugin computed too long
    [plugin-out-of-memory] Plugin wanted too much memory
    [plugin-output-invalid] Result of a plugin has the wrong form
    [plugin-output-too-large] Result of a plugin too large
    [plugin-params-invalid] Setting that the plugin does not take
    [plugin-retry-later] Source to be asked again later
    [plugin-rule] Found by a rule of a plugin
    [plugin-secret-unset] Secret of a plugin has no value
    [plugin-signature-missing] Plugin without a trusted signature
    [plugin-stack-overflow] Plugin called itself too deeply
    [plugin-timeout] Plugin took too long
    [plugin-too-complex] Plugin of a shape that is not taken
    [plugin-trapped] Plugin crashed
    [plugin-unsupported] Plugin does not do what was asked
    [preset-unclear] Report that several presets fit
    [protection-unchecked] Protection that cannot be checked
    [quarantine-limit] Too many rows that cannot be used
    [rate-missing] Exchange rate missing
    [ratio-differs-from-parts] Target of a ratio differs from its parts
    [raw-code-marker] Name with the marker of a chart library
    [rebase-suggested] Lasting shift: new limits suggested
    [recalibration-overdue] Definition due for review
    [reconcile-silent] Tolerance that lets any two figures agree
    [reconcile-unlike] Check of figures that cannot agree
    [review-heading-unknown] Heading in a review that names no metric
    [review-leaves-actions-open] Review that does not speak of open actions
    [revision-without-reason] Revision without a reason
    [revisions-out-of-order] Revisions out of order
    [row-count] Unexpected number of rows
    [row-set-aside] Row that cannot be used
    [row-width] Row with more cells than columns
    [rows-after-as-of] Rows after the as-of day left out
    [rows-restated] A later file replaced earlier rows
    [scale-out-of-range] Share outside its declared scale
    [scales-mixed] Scorecard with unlike scales
    [scopes-overlap] Two people cover the same rows
    [score-without-consequence] Scorecard item without consequence
    [series-empty] Series of targets without rows
    [several-documents] Two documents in one file
    [several-owners] Different owners of one thing
    [several-scorecards] Two scorecards for one person and period
    [several-themes] More than one theme
    [shortcode-unknown] Shortcode that is not understood
    [source-without-files] Source without files
    [sources-disagree] Two sources disagree
    [split-unfit] Split that does not fit
    [spreadsheet-damage] Damaged by a spreadsheet
    [stale-source] Data too old
    [status-without-reason] Status without a reason
    [store-unknown] Store that is not known
    [stretch-without-resources] Ambitious target without resources
    [strings-unreadable] Interface strings cannot be read
    [summary-mismatch] Rows do not add up to the total
    [suppression-idle] Suppression of nothing
    [suppression-over] Suppression that is over
    [target-already-met] Target reached before it begins
    [target-cycle] Targets that are parents of each other
    [target-implausible] Target beyond what the past suggests
    [target-not-phased] Target that cannot be spread
    [target-not-smart] Target that is not SMART
    [target-sandbagged] Target set too low
    [target-table] Row of a target table cannot be read
    [target-twice] Two targets for one thing
    [target-without-direction] Target without a good direction
    [target-without-period] Target without a period
    [template-drift] Member differs from its template
    [template-error] Template failed
    [theme-unreadable] File of the theme cannot be read
    [too-few-core-metrics] Too few core metrics
    [too-many-core-metrics] Too many core metrics
    [too-many-pains] More than three pains
    [too-many-series] Too many series on one chart
    [totals-left-out] Row of totals left out
    [traffic-not-loaded] Units without visits
    [unclosed-quote] Quote that is not closed
    [undecodable-bytes] Bytes that are no text in the encoding
    [unfit-name] Name of an unfit form
    [unfit-value] Value that does not fit
    [unit-mismatch] Units do not match
    [unknown-column] Column the source does not have
    [unknown-file] File that belongs to nothing
    [unknown-function] Function that does not exist
    [unknown-key] Key that does not exist
    [unknown-metric] Metric that is not defined
    [unknown-name] Name that is defined nowhere
    [unknown-rule] Rule that does not exist
    [unknown-tag] YAML tag that is not allowed
    [unknown-target] Target that does not exist
    [value-implausible] Day far above the others
    [value-unknown] Unknown value in a column
    [veto-without-effect] Gate without effect
    [wbr-database-source] Imported deck reads a database
    [wbr-left-out] Part of an imported deck left out
    [wbr-target-used-as-metric] Imported target used as a metric
    [wbr-unfit-value] Value of an imported deck that does not fit
    [wbr-unknown-key] Unknown key in an imported deck
    [wbr-unsupported-query] Filter of an imported deck that is not understood
    [week-number-differs] Week number is not that of ISO 8601
    [weights-not-whole] Weights do not add up to 100%
    [wrong-type] Value of another type
    [yaml-limit] YAML file that unfolds too far
    [yaml-syntax] Not valid YAML
   *[other] { $rule }
}
rule-fix = { $rule ->
    [acknowledged-nothing] check the name (kpress alerts lists them), or remove the acknowledgement
    [action-overdue] close it in a review, or move the date and say why
    [action-vanished] put it back into the earlier review, or correct its name
    [action-without-owner] write owner:
    [address-taken] Give one of the two another name
    [aggregate-misplaced] first sum up the parts, then combine the sums
    [alert-unknown] Check the name of the alert
    [ambiguous-order] name the column that orders rows with order:
    [amount-unreadable] Write it as 120_000_000, 22% or 1200 JPY
    [another-report] move the file out of the folder, into a source of its own
    [audience-leak] Take it out of the text, show that text to others only, or widen sees
    [audiences-add-up] show both the total, or show one of them less
    [balance-vanished] download the ledger of that day again, for all products and places
    [baseline-not-past] name a period that ends before the target begins
    [basis-mixed] bring tax, currency and attribution window in line
    [basis-undeclared] write tax: on the source or the metric
    [bounds-crossed] Swap or correct the two bounds
    [category-unmapped] write the kind into the step of profit it belongs to
    [cause-without-lever] give it an owner and a page under levers:
    [causes-do-not-close] check the identity under causes: and its parts
    [changed-after-sign-off] have it signed again, or restore what was signed
    [check-in-unknown] check its id; confidence goes from 0 to 1
    [child-unrelated] name another parent, or add causes: to the metric
    [children-differ-from-parent] change the parts, or share the rest out with rest: rescale
    [coarse-values] use a longer grain for the limits, or more decimals
    [column-ambiguous] say under columns: which one is meant
    [column-missing] download the report with this column, or change columns:
    [column-unknown] nothing to do; if you need it, name it under columns:
    [control-character] type the line anew without it
    [cost-unknown] add the cost of these SKUs and days to the cost table
    [counted-twice] keep the files of one of the two sources
    [cycle] Define one of them without the other
    [data-limit] split it
    [date-order-undeclared] declare the form of dates
    [date-unreadable] correct the cell, or the declared form of dates
    [day-missing] download the reports of the missing days
    [deck-order] move the causes before it
    [definition-changed-silently] say in changes: what changed and why
    [duplicate-column] remove or rename one; the first is read
    [duplicate-id] Rename or remove one of the two
    [duplicate-key] Remove one of the two
    [duplicate-rows] nothing to do; make sure that the key is right
    [empty-file] Remove the file, or write into it
    [equal-rows] write once: true on the source if its report never repeats a row
    [event-not-weighted] give the event a weight, or note why it has none
    [exchange-rate-mixed] use one fx: for both
    [extra-week] mind the additional week when you read the comparison
    [figure-restated] read the note on the page, and tell those who used the old figure
    [file-cut] download it again; if the last row is whole, write a line end after it
    [file-not-read] rename or move it, or change files: of its source
    [file-too-large] split it; tables belong below data/
    [file-unreadable] see whether it is damaged, and download it again
    [formula-cut] put the formula in quotes
    [formula-not-allowed] Use sums, averages, counts and arithmetic only
    [formula-too-long] give its parts names of their own
    [formula-unfit] check names and kinds of its columns
    [formula-unreadable] Check brackets and names at this place
    [grain-too-coarse] use a longer grain, or a finer report
    [growth-at-other-grain] use growth over the periods of the table
    [growth-without-baseline] load the baseline, or write the value itself
    [header-changed] look at them, then run kpress data accept
    [header-not-found] check that it is this report, or change header:
    [history-shallow] clone with history (fetch-depth: 0)
    [history-unreadable] run it in a Git repository, or take out history: git
    [invariant-broken] look at the reconciliation page, and download its files again
    [item-too-coarse] give the card a longer period, or choose another metric
    [item-without-target] give this person a target, a red line or a range
    [key-result-stands-still] let baseline and target differ
    [ladder-unordered] let them rise, beginning with the lowest value
    [limits-not-possible] wait for five complete periods, or take out limits:
    [lock-unreadable] resolve it, or run kpress data accept and kpress plugin lock
    [lookup-ambiguous] keep one row per key in the table
    [lookup-missing] add the missing rows to the table
    [lost-characters] export the file again as UTF-8
    [markdown-html] write it in Markdown
    [markdown-link] use http, https, mailto or a relative link
    [marketplace-differs] put it into a source or store of its own
    [metric-above-stage] take it off the dashboard, or change site.stage
    [metric-unused] put it on a dashboard, or remove it
    [missing-key] Add the key
    [months-differ-from-target] Adjust the months or the target
    [no-owner] write owner:
    [no-workspace] go to the folder with kpress.yaml, or run kpress init
    [not-additive] use a metric that adds up, or leave the total out
    [not-readable] Check encoding and rights of the file
    [not-signed] ask those who have not signed
    [not-utf8] save it as UTF-8
    [not-yet] take it out, or wait for a later version
    [number-overflow] check the data and the unit
    [number-unreadable] correct the cell; missing is never taken for zero
    [orphan-target] name its whole with parent:
    [output-refused] choose a new or empty folder
    [outside-target-period] choose a day within it
    [page-name-taken] rename the file
    [page-unsafe] use a class and a rule in the style sheet
    [parts-overlap] let each store belong to one part
    [parts-phased-apart] phase the parts as the whole is phased
    [parts-uncovered] add a target for the store, or note why there is none
    [path-refused] name a file inside the workspace
    [period-differs] move the file, or download it again
    [period-undeclared] name the period in its path or source
    [personal-data-dropped] nothing to do; these columns reach no page
    [phase-unfit] use a phasing that fits it
    [phases-cross] let each begin on the day after the one before
    [plugin-abi-broken] build it again with current tools
    [plugin-api-unknown] build it anew for this version of kpress
    [plugin-budget-exhausted] raise the limit that is named, or read smaller pages
    [plugin-cache-discarded] nothing to do
    [plugin-cancelled] nothing to do: newer input is being computed
    [plugin-capability-missing] add the grant in kpress.yaml and approve it anew
    [plugin-compile-failed] ask its author for a smaller one
    [plugin-data-rejected] look at the rows that it names
    [plugin-denied] if it should have it, grant it in kpress.yaml and approve it anew
    [plugin-descriptor-invalid] report it to its author
    [plugin-failed] see what it says; its figures are dashes until then
    [plugin-grant-invalid] write what the plugin asks for, within the limits
    [plugin-hash-mismatch] look at the change, then kpress plugin approve
    [plugin-http-failed] run kpress data pull again later
    [plugin-id-taken] rename one of them
    [plugin-import-refused] build it with kpress plugin build, or report it to its author
    [plugin-input-missing] name every input that it asks for
    [plugin-lock-stale] look at it, then kpress plugin approve
    [plugin-no-progress] ask the author of the plugin
    [plugin-not-a-component] build it with kpress plugin build
    [plugin-not-deterministic] take clocks, chance and unordered maps out of it
    [plugin-not-locked] kpress plugin check, then kpress plugin approve
    [plugin-not-run] use a kpress with plugins, or write a formula
    [plugin-out-of-fuel] raise fuel: under limits: if it is right, or give it fewer rows
    [plugin-out-of-memory] raise memory: under limits:, or give it fewer rows
    [plugin-output-invalid] report it to its author
    [plugin-output-too-large] give the metric a longer grain or fewer members
    [plugin-params-invalid] correct config: as the plugin describes it
    [plugin-retry-later] pull again after the time it names
    [plugin-rule] do as its message says, or ask its author
    [plugin-secret-unset] set the environment variable that is named
    [plugin-signature-missing] get its signature, or change plugin_host.trusted_keys
    [plugin-stack-overflow] mend the endless recursion in the plugin
    [plugin-timeout] raise wall: under limits:, or give it fewer rows
    [plugin-too-complex] build it as kpress plugin new shows
    [plugin-trapped] try it with kpress plugin run and mend it
    [plugin-unsupported] ask for something else, as it says
    [preset-unclear] name the file by its report, or write preset: on the source
    [protection-unchecked] give the deploy target its url:
    [quarantine-limit] download the file again, mend the rows, or allow more with quarantine:
    [rate-missing] add the currency and day to the table of rates
    [ratio-differs-from-parts] bring the targets of the parts in line
    [raw-code-marker] take the marker out of the data
    [rebase-suggested] if the change explains it, annotate it with rebase
    [recalibration-overdue] review it and set reviewed:
    [reconcile-silent] allow what you would not look into, such as 1%
    [reconcile-unlike] name two metrics of one unit and grain
    [review-heading-unknown] write the id of a metric
    [review-leaves-actions-open] say in the review what became of each
    [revision-without-reason] write reason:
    [revisions-out-of-order] Order the revisions by date
    [row-count] download the file again, or change rows:
    [row-set-aside] mend the row, or download the file again
    [row-width] look for a stray separator in the row
    [rows-after-as-of] nothing to do; move the as-of day if they should count
    [rows-restated] nothing to do; the later figures count
    [scale-out-of-range] check whether the column holds percent or fractions
    [scales-mixed] let reaching the target be worth the same on each item
    [scopes-overlap] change covers: so that each row belongs to one
    [score-without-consequence] write incentive:, or why there is none
    [series-empty] check that the source has rows for it
    [several-documents] use two files
    [several-owners] keep one owner
    [several-scorecards] keep one of them
    [several-themes] keep one folder below themes/
    [shortcode-unknown] check its metric, scope and period
    [source-without-files] check files:, or put the files there
    [sources-disagree] look at the reconciliation page for the report that is not whole
    [split-unfit] Check members and shares of the split
    [spreadsheet-damage] export it again, and do not save it in a spreadsheet
    [stale-source] load the newest report
    [status-without-reason] write reason:
    [store-unknown] add it to stores.yaml
    [stretch-without-resources] name resources:, or lower the target
    [strings-unreadable] correct the file at this line
    [summary-mismatch] download the file again
    [suppression-idle] take it out
    [suppression-over] solve it, or write a new date
    [target-already-met] raise it
    [target-cycle] Take one of the parents out
    [target-implausible] check value and unit, or say what it stands on
    [target-not-phased] give it a phasing or a calendar
    [target-not-smart] add what its page says is missing
    [target-sandbagged] raise it in view of the period before
    [target-table] Correct the row in the table
    [target-twice] keep one, or give the other a status
    [target-without-direction] write better: on the metric
    [target-without-period] Add period:
    [template-drift] note why, or take the template's value
    [template-error] Correct the template at this place
    [theme-unreadable] put the file itself there, below 1 MiB
    [too-few-core-metrics] choose three to five
    [too-many-core-metrics] keep five at most
    [too-many-pains] keep the three that matter most
    [too-many-series] make several charts of it
    [totals-left-out] nothing to do
    [traffic-not-loaded] download the traffic report again in a few days
    [unclosed-quote] export the file again
    [undecodable-bytes] declare encoding:, or save it as UTF-8
    [unfit-name] Use letters, digits, hyphens and underscores
    [unfit-value] Write one of the accepted values
    [unit-mismatch] write the target in the unit of the metric
    [unknown-column] check its name
    [unknown-file] move it to its folder, or remove it
    [unknown-function] Use one of the functions of formulas
    [unknown-key] Check the spelling of the key
    [unknown-metric] check its spelling, or define it
    [unknown-name] Check the spelling, or define it
    [unknown-rule] check its spelling
    [unknown-tag] write the value without the tag
    [unknown-target] check its id
    [value-implausible] compare the day with the report
    [value-unknown] say under `words:` of the column what the value means
    [veto-without-effect] add bands:, or apply the coefficient
    [wbr-database-source] export its data to a file
    [wbr-left-out] add what you need by hand
    [wbr-target-used-as-metric] define target and metric apart
    [wbr-unfit-value] write one of the accepted values
    [wbr-unknown-key] check its spelling, or remove it
    [wbr-unsupported-query] write it as comparisons with and, or, not
    [week-number-differs] check on which day weeks begin
    [weights-not-whole] change them so that they do
    [wrong-type] Write the type that is expected here
    [yaml-limit] split it, or use fewer aliases
    [yaml-syntax] Check brackets, quotes and indentation at this line
   *[other] kpress explain { $rule } says what to do
}
rules-fix = What to do
data-raw = Message and place
data-check = Check
sentence-gap = {" "}
sentence-then = {": "}
sentence-stop = {". "}
resource-budget = budget
resource-people = people
resource-tool = tool

## Diagnosis
nav-diagnosis = Diagnosis
diagnosis-answer = Answer
diagnosis-answered = answered
diagnosis-answers = Answers and data
diagnosis-area = Area
diagnosis-area-cadence = Cadence
diagnosis-area-data = Data
diagnosis-area-incentives = Incentives
diagnosis-area-open = { $area }: not judged
diagnosis-area-ownership = Ownership
diagnosis-area-score = { $area }: { $score } of 100
diagnosis-area-targets = Targets
diagnosis-areas = Maturity by area
diagnosis-broken = Targets that are broken down
diagnosis-cards = People with a scorecard
diagnosis-check = Check
diagnosis-closed = Due actions that are closed
diagnosis-core = Leading metrics with a target
diagnosis-do-broken = Break the top target down to stores or people: write `split:` or `parent:`
diagnosis-do-cards = Write a scorecard for each role below `scorecards/`
diagnosis-do-closed = Close due actions in the review, or move them with a reason
diagnosis-do-core = Give each leading metric a target below `targets/`
diagnosis-do-few = Choose three to five metrics and leave the others for now
diagnosis-do-fresh = Download the reports that are old again
diagnosis-do-held = Write `owner:` on each target
diagnosis-do-led = Say on each line of the scorecards what it leads to, or why to nothing: `incentive:`
diagnosis-do-linked = Agree what good figures lead to: discuss first, pay later
diagnosis-do-listed = List everybody in `people.yaml`
diagnosis-do-looked = Look at the definition of each leading metric and set `reviewed:`
diagnosis-do-named = Let one person answer for each figure
diagnosis-do-owners = Write `owner:` on each leading metric
diagnosis-do-reconciled = Let sources check each other: write `reconcile:`
diagnosis-do-resourced = Name budget, tools or people behind each target: `resources:`
diagnosis-do-reviews = Write a file for each review: `kpress new review`
diagnosis-do-rhythm = Look at the figures together, every week at the same hour
diagnosis-do-signed = Let owners accept their targets: `ack:`
diagnosis-do-sources = Put the missing reports into `data/`, and answer the open questions of basis that `kpress check` lists
diagnosis-do-tools = Let the ERP or the advertising tool export figures instead of copying by hand
diagnosis-few = Few figures at once
diagnosis-few-orders = { $count } orders a month: fewer than ten a day, so look at what keeps the company alive first
diagnosis-fresh = Sources that are not old
diagnosis-growing = Some areas are still weak: begin with the core three
diagnosis-growth = Growth: the core three first (ACoS, conversion, days of inventory)
diagnosis-held = Targets with an owner
diagnosis-judged = Checks that could be judged
diagnosis-led = Scorecard lines that lead to something
diagnosis-lifetime-long = for years
diagnosis-lifetime-short = one season
diagnosis-linked = What good figures lead to
diagnosis-listed = People of the team that are listed
diagnosis-long-windows = Products sell for years: judge trends over 13 weeks and more
diagnosis-looked = Leading metrics whose definition was looked at
diagnosis-mature = Mature: all metrics
diagnosis-maturity = Maturity
diagnosis-named = Who answers for figures
diagnosis-next = The next three steps
diagnosis-no-scorecards = A team of { $count }: personal scorecards are not needed, and incentives are not judged
diagnosis-none = none
diagnosis-of-hundred = { $score } of 100
diagnosis-open = not answered, or nothing to look at
diagnosis-owners = Leading metrics with an owner
diagnosis-pain = What hurts
diagnosis-pain-account = Warnings of the marketplace
diagnosis-pain-ads = Advertising costs too much
diagnosis-pain-cash = No cash left
diagnosis-pain-conversion = Visits that do not buy
diagnosis-pain-data = Figures that contradict each other
diagnosis-pain-people = Nobody knows who does what
diagnosis-pain-profit = Sales without profit
diagnosis-pain-ratings = Bad ratings
diagnosis-pain-returns = Goods that come back
diagnosis-pain-stock = Too much or too little stock
diagnosis-pain-traffic = Fewer visits
diagnosis-pains = What hurts, and where to look
diagnosis-part = { $part } of { $whole }
diagnosis-points = Points
diagnosis-q-ads = Advertising tool (data: advertising sources)
diagnosis-q-budget = Advertising budget a month (data: spend of last month)
diagnosis-q-categories = Categories
diagnosis-q-erp = ERP (data: sources of an ERP)
diagnosis-q-gmv = Sales a month (data: last month)
diagnosis-q-lifetime = How long a product sells
diagnosis-q-metrics = Figures followed so far (data: defined)
diagnosis-q-orders = Orders a month (data: last month)
diagnosis-q-start = Start with figures (data: first day)
diagnosis-q-stores = Stores
diagnosis-q-team = People (data: listed)
diagnosis-question = Question
diagnosis-reached = Reached
diagnosis-reconciled = Figures that are compared with each other
diagnosis-resourced = Targets with something behind them
diagnosis-reviews = Reviews written in the last eight weeks
diagnosis-rhythm = How often figures are looked at together
diagnosis-seen = seen
diagnosis-shown = In the data
diagnosis-signed = Targets their owners accepted
diagnosis-small-team = A team of { $count }: look at what keeps the company alive first
diagnosis-sources = Leading metrics that have figures
diagnosis-stage = Recommended stage
diagnosis-standing = No area is weak
diagnosis-startup = Startup: survival metrics first
diagnosis-step = What to do
diagnosis-told = From
diagnosis-tools = Tools that bring figures
diagnosis-why = Why
diagnosis-write-pack = A pack is recommended: write `{ $line }` into `kpress.yaml`
diagnosis-write-stage = To show the site for this stage, write `{ $line }` below `site:`

## Group
nav-group = Group
group-base = In { $currency }
group-country = Country
group-currency = Currency
group-daily = Rate of the day
group-exempt = exempt
group-metric = { $name }, { $period }
group-month-avg = Mean rate of the month
group-month-end = Last rate of the month
group-no-own = No metric in the own currency; add a line below metrics/: { $line }
group-no-rate = There is no rate of { $currency } in { $period }, hence the dash; add a line with the rate to a file of { $file }: { $line }…
group-nothing = No metric adds the countries up. Write one per currency (`unit: USD`), one converted (`unit: JPY, fx: month_avg`), and add these up.
group-own = Own currency
group-rate = Converted at
group-rate-newest = Newest rate
group-rate-source = Source of rates
group-rates = Rates
group-tax = Consumption tax
group-taxable = taxable
group-zone = Time zone

## Restated figures
restated-fetched = source { $source } was fetched again on { $day }
restated-more = { $count } more restated figures: see what changed
restated-note = Restated: { $name } ({ $scope }, { $period }) was { $was } in version { $version } of { $on } and is { $now } now, because { $because }.
restated-source = files of source { $source } changed

## What is missing
awaited = Reports that are not there yet
awaited-feeds = Feeds
awaited-files = Put files into
awaited-here = Figures on this page wait for files of these sources; put the reports there and they appear.
chart-empty = { $chart }: no figures yet in the periods of this chart.
awaited-more = { $count } more
launch-aligned = Side by side from launch day, by week since launch
