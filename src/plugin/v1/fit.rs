//! Whether the exports of a component have the types of the interface. Asked before any of its code runs: a component that
//! only bears the right names is of another interface.

use super::wit::exports::kpress::plugin::{metric, rule, source, widget};
use super::wit::kpress::plugin::types::PluginError;
use crate::plan::plugin::PluginKind;
use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, ComponentNamedList, Lift, Lower};

/// Checks one function.
type Check = fn(&ComponentFunc, &Component) -> wasmtime::Result<()>;

fn of<P, R>(function: &ComponentFunc, component: &Component) -> wasmtime::Result<()>
where
    P: ComponentNamedList + Lower,
    R: ComponentNamedList + Lift,
{
    function.typecheck::<P, R>(&component.component_type().instance_type())
}

type Answer<T> = (Result<T, PluginError>,);
type Context = super::wit::kpress::plugin::types::RunContext<'static>;
type Batch = super::wit::kpress::plugin::types::BatchParam<'static>;

fn functions(kind: PluginKind) -> Vec<(&'static str, Check)> {
    match kind {
        PluginKind::Metric => vec![
            ("describe", of::<(), (Vec<metric::MetricInfo>,)>),
            ("begin", of::<(&str, Context, u32), Answer<()>>),
            ("update", of::<(Batch, &[u8]), Answer<()>>),
            ("export-state", of::<(), Answer<Vec<u8>>>),
            ("merge-state", of::<(&[u8],), Answer<()>>),
            ("finish", of::<(), Answer<metric::Column>>),
        ],
        PluginKind::Source => vec![
            ("describe", of::<(), (Vec<source::SourceInfo>,)>),
            ("next-page", of::<(&str, Context, Option<i32>, i32, Option<&[u8]>), Answer<source::Page>>),
        ],
        PluginKind::Widget => vec![
            ("describe", of::<(), (Vec<widget::WidgetInfo>,)>),
            ("render", of::<(&str, Context, &[Batch]), Answer<Vec<widget::Block>>>),
        ],
        PluginKind::Rule => vec![
            ("describe", of::<(), (Vec<rule::RuleInfo>,)>),
            ("check", of::<(Context, &[rule::Node<'static>]), Answer<Vec<rule::Finding>>>),
        ],
    }
}

/// Checks the export `name`, which bears the name of `kind`.
///
/// # Errors
/// What does not fit, as the end of a sentence about the export.
pub(crate) fn check(component: &Component, name: &str, kind: PluginKind) -> Result<(), String> {
    let ty = component.component_type();
    let engine = component.engine();
    let Some(ComponentItem::ComponentInstance(instance)) =
        ty.get_export(engine, name).map(|export| export.ty)
    else {
        return Err("is no interface".to_owned());
    };
    for (function, check) in functions(kind) {
        let Some(ComponentItem::ComponentFunc(own)) =
            instance.get_export(engine, function).map(|export| export.ty)
        else {
            return Err(format!("has no function `{function}`"));
        };
        check(&own, component).map_err(|error| format!("has another `{function}`: {error:#}"))?;
    }
    Ok(())
}
