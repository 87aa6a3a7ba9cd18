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
level-store = Store
level-category = Category
level-error = Error
level-warning = Warning
level-note = Note
metric-definition = Definition and basis
metric-weeks = Week by week
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
fact-why = Why it matters
fact-hint = Way out
metrics-broken = Could not be understood
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
