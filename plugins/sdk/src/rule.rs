//! Rules: checks of what people wrote. A finding points at a node that the host handed over, never at a file of its own
//! choosing. Name the types in [`export_rules!`](crate::export_rules).

pub use crate::bindings::base::kpress::plugin::types::Severity;
use crate::bindings::rule::exports::kpress::plugin::rule as wire;
use crate::{Context, Error};
pub use wire::{Edit, Node, RuleInfo};

/// Says what a rule is called; `name` is what users write behind the plugin's name and a slash.
pub fn info(name: &str, title: &str, default_severity: Severity, help_markdown: &str) -> RuleInfo {
    let owned = str::to_owned;
    RuleInfo { name: owned(name), title: owned(title), default_severity, help_markdown: owned(help_markdown) }
}

/// One thing found.
#[derive(Clone, Debug)]
pub struct Finding(wire::Finding);

impl Finding {
    /// At a node: in lower case, without a full stop.
    pub fn new(rule: &str, level: Severity, node: &Node, message: &str) -> Finding {
        Finding(wire::Finding {
            rule: rule.to_owned(),
            level,
            node: node.id,
            message: message.to_owned(),
            hint: None,
            related: Vec::new(),
            fix: None,
        })
    }

    /// The way out.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Finding {
        self.0.hint = Some(hint.to_owned());
        self
    }

    /// Another node that belongs to it.
    #[must_use]
    pub fn related(mut self, node: &Node) -> Finding {
        self.0.related.push(node.id);
        self
    }

    /// A value to be written instead.
    #[must_use]
    pub fn fix(mut self, node: &Node, attr: &str, replacement: &str) -> Finding {
        let (attr, replacement) = (attr.to_owned(), replacement.to_owned());
        self.0.fix = Some(Edit { node: node.id, attr, replacement });
        self
    }

    /// As the interface has it.
    pub fn into_inner(self) -> wire::Finding {
        self.0
    }
}

/// The value of an attribute of a node.
pub fn attr<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    node.attrs.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

/// Checks of the plan.
pub trait Rules {
    /// What rules there are; the same at every call.
    fn rules() -> Vec<RuleInfo>;
    /// Looks at the plan.
    fn check(context: &Context, nodes: &[Node]) -> Result<Vec<Finding>, Error>;
}

/// Exports the rules of one type from the component.
#[macro_export]
macro_rules! export_rules {
    ($rules:ty) => {
        const _: () = {
            use $crate::bindings::base::kpress::plugin::types::PluginError;
            use $crate::bindings::rule::exports::kpress::plugin::rule::{Finding, Guest, Node, RuleInfo};
            use $crate::rule::Rules;

            struct Exports;
            impl Guest for Exports {
                fn describe() -> Vec<RuleInfo> {
                    $crate::internal::tell_panics();
                    <$rules as Rules>::rules()
                }
                fn check(
                    context: $crate::internal::RunContext,
                    nodes: Vec<Node>,
                ) -> Result<Vec<Finding>, PluginError> {
                    $crate::internal::tell_panics();
                    let found = <$rules as Rules>::check(&$crate::Context::new(context), &nodes);
                    let found = found.map_err($crate::Error::into_inner)?;
                    Ok(found.into_iter().map($crate::rule::Finding::into_inner).collect())
                }
            }
    $crate::bindings::rule::export!(Exports with_types_in $crate::bindings::rule);
        };
    };
}
