//! The part a series plays in a chart. Colour, form and the name in `report.json` follow from it.

/// The part a series plays; decides colour and form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesRole {
    /// A measured series; the number is its place among them, from 0.
    Actual(u8),
    /// The same a year earlier.
    Prior,
    /// What was promised.
    Target,
    /// What was first promised, before it was revised.
    First,
    /// What an even pace would ask.
    Even,
    /// Where it is going.
    Forecast,
    /// Lower end of where it may go.
    Low,
    /// Upper end of where it may go.
    High,
    /// More than promised.
    Stretch,
    /// Beyond this it is off target.
    Red,
    /// What a process does on average.
    Center,
    /// How far it strays by itself.
    Limit,
    /// A signal in the good direction.
    SignalGood,
    /// A signal in the bad direction.
    SignalBad,
    /// A signal that is neither.
    Signal,
}

impl SeriesRole {
    /// As it stands in `report.json`.
    pub fn name(self) -> &'static str {
        match self {
            SeriesRole::Actual(_) => "actual",
            SeriesRole::Prior => "prior",
            SeriesRole::Target => "target",
            SeriesRole::First => "first",
            SeriesRole::Even => "even",
            SeriesRole::Forecast => "forecast",
            SeriesRole::Low => "low",
            SeriesRole::High => "high",
            SeriesRole::Stretch => "stretch",
            SeriesRole::Red => "red",
            SeriesRole::Center => "center",
            SeriesRole::Limit => "limit",
            SeriesRole::SignalGood => "signal-good",
            SeriesRole::SignalBad => "signal-bad",
            SeriesRole::Signal => "signal",
        }
    }
}
