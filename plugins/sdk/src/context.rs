//! What a plugin may know about the run. The host chooses it, the same on every machine.

use crate::Error;
use crate::bindings::base::kpress::plugin::types::RunContext;
use std::fmt::Display;
use std::str::FromStr;

/// The run: its day, language, currency, seed and the `config:` of the user.
pub struct Context {
    raw: RunContext,
}

impl Context {
    /// Takes what the host handed over.
    pub fn new(raw: RunContext) -> Context {
        Context { raw }
    }

    /// The as-of date, in days since 1970-01-01.
    pub fn as_of(&self) -> i32 {
        self.raw.as_of
    }

    /// The site's time zone, as `Asia/Tokyo`.
    pub fn timezone(&self) -> &str {
        &self.raw.timezone
    }

    /// The language of the page: `en`, `ja`, `zh`.
    pub fn locale(&self) -> &str {
        &self.raw.locale
    }

    /// The currency of the site, as `JPY`.
    pub fn currency(&self) -> &str {
        &self.raw.currency
    }

    /// Seeds what would otherwise be random; depends on the plugin, the id and the parameters only.
    pub fn seed(&self) -> u64 {
        self.raw.seed
    }

    /// The text of a parameter: a string as it is, anything else as JSON. `None` where the user did not give it.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.raw.params.iter().find(|param| param.name == name).map(|param| param.value.as_str())
    }

    /// A parameter as a number or another type that can be read from a text; `default` where it is not given.
    pub fn param_or<T: FromStr<Err: Display>>(&self, name: &str, default: T) -> Result<T, Error> {
        match self.param(name) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .map_err(|why| Error::invalid_param(name, format!("`{text}` cannot be used: {why}"))),
        }
    }

    /// A parameter that must be given.
    pub fn required<T: FromStr<Err: Display>>(&self, name: &str) -> Result<T, Error> {
        let text = self.param(name).ok_or_else(|| Error::invalid_param(name, "is missing"))?;
        text.parse().map_err(|why| Error::invalid_param(name, format!("`{text}` cannot be used: {why}")))
    }
}

/// Collects what is wrong with parameters, so that the user reads all of it at once.
#[derive(Default)]
pub struct Problems(Vec<(String, String)>);

impl Problems {
    /// Keeps a value, or notes why there is none.
    pub fn take<T>(&mut self, value: Result<T, Error>) -> Option<T> {
        use crate::bindings::base::kpress::plugin::types::PluginError;
        match value {
            Ok(value) => return Some(value),
            Err(error) => match error.into_inner() {
                PluginError::InvalidParams(all) => {
                    self.0.extend(all.into_iter().map(|problem| (problem.name, problem.message)));
                }
                other => self.0.push((String::new(), Error::from(other).to_string())),
            },
        }
        None
    }

    /// Notes a problem.
    pub fn add(&mut self, name: &str, message: impl Display) {
        self.0.push((name.to_owned(), message.to_string()));
    }

    /// An error, if anything was noted.
    pub fn into_result(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::invalid_params(self.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::base::kpress::plugin::types::Param;

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let param = |name: &str, value: &str| Param { name: name.to_owned(), value: value.to_owned() };
        let raw = RunContext {
            as_of: 20_000,
            timezone: "Asia/Tokyo".to_owned(),
            locale: "ja".to_owned(),
            currency: "JPY".to_owned(),
            seed: 7,
            params: vec![param("top", "three"), param("days", "28")],
        };
        let context = Context::new(raw);
        assert_eq!(context.param_or("days", 7).ok(), Some(28));
        assert_eq!(context.param_or("weeks", 4).ok(), Some(4));
        let mut problems = Problems::default();
        assert_eq!(problems.take(context.param_or::<u32>("top", 1)), None);
        assert_eq!(problems.take(context.required::<u32>("share")), None);
        let told = problems.into_result().err().expect("two problems").to_string();
        assert_eq!(told, "`top`: `three` cannot be used: invalid digit found in string, `share`: is missing");
    }
}
