//! Metrics: columns in, one value per group out. Name the types in [`export_metrics!`](crate::export_metrics).

use crate::bindings::metric::exports::kpress::plugin::metric::MetricInfo;
use crate::{Batch, Column, Context, Error, Field};

/// Says what a metric is called, what it needs and in what unit it answers.
#[derive(Clone, Debug)]
pub struct Info(MetricInfo);

impl Info {
    /// `id`: `[a-z][a-z0-9_-]*`, at most 50; `title` for people.
    pub fn new(id: &str, title: &str) -> Info {
        Info(MetricInfo {
            id: id.to_owned(),
            title: title.to_owned(),
            unit: String::new(),
            inputs: Vec::new(),
            params_schema: "{}".to_owned(),
            mergeable: false,
        })
    }

    /// The unit of the result, as in the YAML files: `JPY`, `percent`, `days`.
    #[must_use]
    pub fn unit(mut self, unit: &str) -> Info {
        unit.clone_into(&mut self.0.unit);
        self
    }

    /// A column that the metric reads.
    #[must_use]
    pub fn input(mut self, field: Field) -> Info {
        self.0.inputs.push(field);
        self
    }

    /// The JSON Schema of `config:`.
    #[must_use]
    pub fn params(mut self, schema: &str) -> Info {
        schema.clone_into(&mut self.0.params_schema);
        self
    }

    /// The host may split the rows and combine the parts with [`Metric::export_state`] and [`Metric::merge_state`].
    #[must_use]
    pub fn mergeable(mut self) -> Info {
        self.0.mergeable = true;
        self
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// As the interface has it.
    pub fn into_inner(self) -> MetricInfo {
        self.0
    }
}

/// One evaluation of one metric; the value holds what is known of each group so far.
pub trait Metric: Sized + 'static {
    /// What it is; the same at every call.
    fn info() -> Info;
    /// Starts an evaluation of `groups` groups.
    fn begin(context: &Context, groups: usize) -> Result<Self, Error>;
    /// Takes rows in; `groups` says for each row which group it belongs to.
    fn update(&mut self, rows: Batch<'_>, groups: Groups<'_>) -> Result<(), Error>;
    /// One value per group, in their order.
    fn finish(self) -> Result<Column, Error>;
    /// What is known so far, to be merged elsewhere; only where [`Info::mergeable`] is said.
    fn export_state(&self) -> Result<Vec<u8>, Error> {
        Err(Error::unsupported("this metric cannot be split"))
    }
    /// Takes in what another evaluation knows.
    fn merge_state(&mut self, _state: &[u8]) -> Result<(), Error> {
        Err(Error::unsupported("this metric cannot be split"))
    }
}

/// The group of each row.
#[derive(Clone, Copy)]
pub struct Groups<'a> {
    bytes: &'a [u8],
}

impl<'a> Groups<'a> {
    /// Looks at ids as the host hands them over: four bytes each, little endian.
    pub fn new(bytes: &'a [u8]) -> Groups<'a> {
        Groups { bytes }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.bytes.len() / 4
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The group of each row, below the number of groups.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = usize> + use<'a> {
        self.bytes.chunks_exact(4).map(|id| u32::from_le_bytes([id[0], id[1], id[2], id[3]]) as usize)
    }
}

/// A running evaluation without its type; for the macro.
#[doc(hidden)]
pub trait Running {
    /// [`Metric::update`].
    fn update(&mut self, rows: Batch<'_>, groups: Groups<'_>) -> Result<(), Error>;
    /// [`Metric::finish`].
    fn finish(self: Box<Self>) -> Result<Column, Error>;
    /// [`Metric::export_state`].
    fn export_state(&self) -> Result<Vec<u8>, Error>;
    /// [`Metric::merge_state`].
    fn merge_state(&mut self, state: &[u8]) -> Result<(), Error>;
}

impl<M: Metric> Running for M {
    fn update(&mut self, rows: Batch<'_>, groups: Groups<'_>) -> Result<(), Error> {
        Metric::update(self, rows, groups)
    }
    fn finish(self: Box<Self>) -> Result<Column, Error> {
        Metric::finish(*self)
    }
    fn export_state(&self) -> Result<Vec<u8>, Error> {
        Metric::export_state(self)
    }
    fn merge_state(&mut self, state: &[u8]) -> Result<(), Error> {
        Metric::merge_state(self, state)
    }
}

/// Starts `M`, without its type; for the macro.
#[doc(hidden)]
pub fn start<M: Metric>(context: &Context, groups: usize) -> Result<Box<dyn Running>, Error> {
    Ok(Box::new(M::begin(context, groups)?))
}

/// Exports one or more metrics from the component.
#[macro_export]
macro_rules! export_metrics {
    ($($metric:ty),+ $(,)?) => {
        const _: () = {
            use $crate::bindings::base::kpress::plugin::types::PluginError;
            use $crate::bindings::metric::exports::kpress::plugin::metric::{Guest, MetricInfo};
            use $crate::internal::{Batch, Column, RunContext};
            use $crate::metric::{Groups, Metric, Running, start};
            use ::std::cell::RefCell;

            ::std::thread_local! {
                static RUNNING: RefCell<Option<Box<dyn Running>>> = const { RefCell::new(None) };
            }

            fn running<T>(
                work: impl FnOnce(&mut Box<dyn Running>) -> Result<T, $crate::Error>,
            ) -> Result<T, PluginError> {
                RUNNING.with_borrow_mut(|running| match running {
                    Some(running) => work(running).map_err($crate::Error::into_inner),
                    None => Err($crate::Error::failed("no evaluation has begun").into_inner()),
                })
            }

            struct Exports;
            impl Guest for Exports {
                fn describe() -> Vec<MetricInfo> {
                    $crate::internal::tell_panics();
                    vec![$(<$metric as Metric>::info().into_inner()),+]
                }
                fn begin(id: String, context: RunContext, groups: u32) -> Result<(), PluginError> {
                    $crate::internal::tell_panics();
                    let context = $crate::Context::new(context);
                    $(if <$metric as Metric>::info().id() == id {
                        let started = start::<$metric>(&context, groups as usize);
                        let started = started.map_err($crate::Error::into_inner)?;
                        RUNNING.with_borrow_mut(|running| *running = Some(started));
                        return Ok(());
                    })+
                    Err($crate::Error::unsupported(format!("there is no metric `{id}` here")).into_inner())
                }
                fn update(data: Batch, group_ids: Vec<u8>) -> Result<(), PluginError> {
                    running(|own| own.update($crate::Batch::new(&data), Groups::new(&group_ids)))
                }
                fn export_state() -> Result<Vec<u8>, PluginError> {
                    running(|own| own.export_state())
                }
                fn merge_state(state: Vec<u8>) -> Result<(), PluginError> {
                    running(|own| own.merge_state(&state))
                }
                fn finish() -> Result<Column, PluginError> {
                    match RUNNING.take() {
                        Some(running) => running.finish().map_err($crate::Error::into_inner),
                        None => Err($crate::Error::failed("no evaluation has begun").into_inner()),
                    }
                }
            }
            $crate::bindings::metric::export!(Exports with_types_in $crate::bindings::metric);
        };
    };
}
