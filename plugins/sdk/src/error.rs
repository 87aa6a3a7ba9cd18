//! What a plugin answers when it cannot do its work. Each kind reaches the user as a finding of its own.

use crate::bindings::base::kpress::plugin::types::{ParamProblem, PluginError};
use std::fmt;

/// Why there is no result.
#[derive(Clone, Debug)]
pub struct Error(PluginError);

impl Error {
    /// A parameter has a value that cannot be used; shown at its line of the YAML file.
    pub fn invalid_param(name: &str, message: impl fmt::Display) -> Error {
        Error::invalid_params(vec![(name.to_owned(), message.to_string())])
    }

    /// Several parameters: name and what is wrong with it.
    pub fn invalid_params(problems: Vec<(String, String)>) -> Error {
        let problems = problems.into_iter().map(|(name, message)| ParamProblem { name, message });
        Error(PluginError::InvalidParams(problems.collect()))
    }

    /// An input is not there.
    pub fn missing_input(name: &str) -> Error {
        Error(PluginError::MissingInput(name.to_owned()))
    }

    /// The data contradict what the plugin needs.
    pub fn bad_data(message: impl fmt::Display) -> Error {
        Error(PluginError::BadData(message.to_string()))
    }

    /// Asked for something that this plugin does not do.
    pub fn unsupported(message: impl fmt::Display) -> Error {
        Error(PluginError::Unsupported(message.to_string()))
    }

    /// A grant is missing.
    pub fn capability_denied(message: impl fmt::Display) -> Error {
        Error(PluginError::CapabilityDenied(message.to_string()))
    }

    /// Come back in so many seconds with the same cursor; for sources.
    pub fn retry_later(seconds: u32) -> Error {
        Error(PluginError::RetryLater(seconds))
    }

    /// Anything else.
    pub fn failed(message: impl fmt::Display) -> Error {
        Error(PluginError::Failed(message.to_string()))
    }

    /// As the interface has it.
    pub fn into_inner(self) -> PluginError {
        self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            PluginError::InvalidParams(problems) => {
                for (at, problem) in problems.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(out, "{comma}`{}`: {}", problem.name, problem.message)?;
                }
                Ok(())
            }
            PluginError::MissingInput(name) => write!(out, "the input `{name}` is missing"),
            PluginError::RetryLater(seconds) => write!(out, "try again in {seconds} s"),
            PluginError::BadData(text)
            | PluginError::Unsupported(text)
            | PluginError::CapabilityDenied(text)
            | PluginError::Failed(text) => out.write_str(text),
        }
    }
}

impl std::error::Error for Error {}

impl From<PluginError> for Error {
    fn from(error: PluginError) -> Error {
        Error(error)
    }
}

impl From<String> for Error {
    fn from(text: String) -> Error {
        Error::failed(text)
    }
}

impl From<&str> for Error {
    fn from(text: &str) -> Error {
        Error::failed(text)
    }
}
