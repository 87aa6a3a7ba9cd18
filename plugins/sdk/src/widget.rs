//! Widgets: a block of a dashboard, made of data. No HTML, no script, no address: the host renders, escapes and checks.
//! Name the types in [`export_widgets!`](crate::export_widgets).

use crate::bindings::widget::exports::kpress::plugin::widget as wire;
use crate::{Batch, Context, Error, Field};
pub use wire::{Align, Block, Callout, ChartBlock, TableBlock, TableColumn, Tone};

/// Says what a widget is called and what it draws.
#[derive(Clone, Debug)]
pub struct Info(wire::WidgetInfo);

impl Info {
    /// `id`: `[a-z][a-z0-9_-]*`, at most 50; `title` for people.
    pub fn new(id: &str, title: &str) -> Info {
        Info(wire::WidgetInfo {
            id: id.to_owned(),
            title: title.to_owned(),
            inputs: Vec::new(),
            params_schema: "{}".to_owned(),
            min_height_px: 0,
        })
    }

    /// A table that the widget reads, at most 20,000 rows.
    #[must_use]
    pub fn input(mut self, name: &str, fields: Vec<Field>, max_rows: u32) -> Info {
        self.0.inputs.push(wire::Input { name: name.to_owned(), fields, max_rows });
        self
    }

    /// The JSON Schema of `config:`.
    #[must_use]
    pub fn params(mut self, schema: &str) -> Info {
        schema.clone_into(&mut self.0.params_schema);
        self
    }

    /// The least height that it needs, so that the page does not jump.
    #[must_use]
    pub fn min_height_px(mut self, pixels: u32) -> Info {
        self.0.min_height_px = pixels;
        self
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// As the interface has it.
    pub fn into_inner(self) -> wire::WidgetInfo {
        self.0
    }
}

/// A block of a dashboard.
pub trait Widget {
    /// What it is; the same at every call.
    fn info() -> Info;
    /// What it shows; `data` has one batch per input, in their order.
    fn render(context: &Context, data: &[Batch<'_>]) -> Result<Vec<Block>, Error>;
}

/// A table of texts, its columns aligned.
pub fn table(columns: &[(&str, Align)], rows: Vec<Vec<String>>) -> Block {
    let columns =
        columns.iter().map(|&(header, align)| TableColumn { header: header.to_owned(), align, format: None });
    Block::Table(TableBlock { columns: columns.collect(), rows, caption: None })
}

/// Exports one or more widgets from the component.
#[macro_export]
macro_rules! export_widgets {
    ($($widget:ty),+ $(,)?) => {
        const _: () = {
            use $crate::bindings::base::kpress::plugin::types::PluginError;
            use $crate::bindings::widget::exports::kpress::plugin::widget::{Block, Guest, WidgetInfo};
            use $crate::widget::Widget;

            struct Exports;
            impl Guest for Exports {
                fn describe() -> Vec<WidgetInfo> {
                    $crate::internal::tell_panics();
                    vec![$(<$widget as Widget>::info().into_inner()),+]
                }
                fn render(
                    id: String,
                    context: $crate::internal::RunContext,
                    data: Vec<$crate::internal::Batch>,
                ) -> Result<Vec<Block>, PluginError> {
                    $crate::internal::tell_panics();
                    let context = $crate::Context::new(context);
                    let data: Vec<_> = data.iter().map($crate::Batch::new).collect();
                    $(if <$widget as Widget>::info().id() == id {
                        return <$widget as Widget>::render(&context, &data).map_err($crate::Error::into_inner);
                    })+
                    Err($crate::Error::unsupported(format!("there is no widget `{id}` here")).into_inner())
                }
            }
            $crate::bindings::widget::export!(Exports with_types_in $crate::bindings::widget);
        };
    };
}
