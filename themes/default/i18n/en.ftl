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
standing-too-early = Too early

## Cards
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
