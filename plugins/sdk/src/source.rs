//! Sources: rows or documents from elsewhere, page by page. Name the types in [`export_sources!`](crate::export_sources).
//! The host may take a fresh instance for each page, so that all progress stands in the cursor.

pub use crate::bindings::base::kpress::plugin::files;
pub use crate::bindings::base::kpress::plugin::secrets::available as secret_available;
use crate::bindings::source::exports::kpress::plugin::source as wire;
use crate::{Column, Context, Error, Field};

/// Says what a source is called, what tables it gives and what it asks for.
#[derive(Clone, Debug)]
pub struct Info(wire::SourceInfo);

impl Info {
    /// `id`: `[a-z][a-z0-9_-]*`, at most 50; `title` for people.
    pub fn new(id: &str, title: &str) -> Info {
        Info(wire::SourceInfo {
            id: id.to_owned(),
            title: title.to_owned(),
            tables: Vec::new(),
            params_schema: "{}".to_owned(),
            hosts: Vec::new(),
            secrets: Vec::new(),
            folders: Vec::new(),
        })
    }

    /// A table: its columns, and those of them that tell its rows apart.
    #[must_use]
    pub fn table(mut self, name: &str, fields: Vec<Field>, primary_key: &[&str]) -> Info {
        let primary_key = primary_key.iter().map(|&key| key.to_owned()).collect();
        self.0.tables.push(wire::Table { name: name.to_owned(), fields, primary_key });
        self
    }

    /// The JSON Schema of `config:`.
    #[must_use]
    pub fn params(mut self, schema: &str) -> Info {
        schema.clone_into(&mut self.0.params_schema);
        self
    }

    /// A host to be reached, under the name `grant`: `https://api.example.com`, methods, path patterns, and why.
    #[must_use]
    pub fn host(mut self, grant: &str, origin: &str, methods: &[&str], paths: &[&str], reason: &str) -> Info {
        self.0.hosts.push(wire::WantedHost {
            grant: grant.to_owned(),
            origin: origin.to_owned(),
            methods: methods.iter().map(|&method| method.to_owned()).collect(),
            paths: paths.iter().map(|&path| path.to_owned()).collect(),
            reason: reason.to_owned(),
        });
        self
    }

    /// A secret of the site, sent to the named grants only.
    #[must_use]
    pub fn secret(self, name: &str, used_on: &[&str], reason: &str) -> Info {
        self.wanted_secret(name, used_on, false, reason)
    }

    /// A secret that comes out of a response.
    #[must_use]
    pub fn captured_secret(self, name: &str, used_on: &[&str], reason: &str) -> Info {
        self.wanted_secret(name, used_on, true, reason)
    }

    fn wanted_secret(mut self, name: &str, used_on: &[&str], captured: bool, reason: &str) -> Info {
        self.0.secrets.push(wire::WantedSecret {
            name: name.to_owned(),
            used_on: used_on.iter().map(|&grant| grant.to_owned()).collect(),
            captured,
            reason: reason.to_owned(),
        });
        self
    }

    /// A folder to be read, under the name `grant`.
    #[must_use]
    pub fn folder(mut self, grant: &str, reason: &str) -> Info {
        self.0.folders.push(wire::WantedFolder { grant: grant.to_owned(), reason: reason.to_owned() });
        self
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// As the interface has it.
    pub fn into_inner(self) -> wire::SourceInfo {
        self.0
    }
}

/// The days that are asked for, both inclusive, since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// `None` at the first pull: as far back as the source goes or its parameters say.
    pub since: Option<i32>,
    /// The as-of date.
    pub until: i32,
}

/// What one call brings.
#[derive(Clone, Debug)]
pub struct Page(wire::Page);

impl Page {
    /// The last page.
    pub fn last() -> Page {
        Page(wire::Page { batches: Vec::new(), cursor: None, done: true, rows_dropped: 0 })
    }

    /// A page after which the host asks again, with this cursor: at most 64 KiB, and another one than before.
    pub fn with_more(cursor: Vec<u8>) -> Page {
        Page(wire::Page { batches: Vec::new(), cursor: Some(cursor), done: false, rows_dropped: 0 })
    }

    /// Rows of a table: all columns of one length.
    #[must_use]
    pub fn rows(mut self, table: &str, rows: u32, columns: Vec<Column>) -> Page {
        let data = crate::internal::Batch { rows, columns };
        self.0.batches.push(wire::NamedBatch { table: table.to_owned(), data });
        self
    }

    /// How many rows of the answer could not be used; shown to the user.
    #[must_use]
    pub fn dropped(mut self, rows: u64) -> Page {
        self.0.rows_dropped = rows;
        self
    }

    /// As the interface has it.
    pub fn into_inner(self) -> wire::Page {
        self.0
    }
}

/// A place where rows come from.
pub trait Source {
    /// What it is and asks for; the same at every call.
    fn info() -> Info;
    /// The page at `cursor`; the first where there is none.
    fn next_page(context: &Context, window: Window, cursor: Option<&[u8]>) -> Result<Page, Error>;
}

/// Exports one or more sources from the component.
#[macro_export]
macro_rules! export_sources {
    ($($source:ty),+ $(,)?) => {
        const _: () = {
            use $crate::bindings::base::kpress::plugin::types::PluginError;
            use $crate::bindings::source::exports::kpress::plugin::source::{Guest, Page, SourceInfo};
            use $crate::source::{Source, Window};

            struct Exports;
            impl Guest for Exports {
                fn describe() -> Vec<SourceInfo> {
                    $crate::internal::tell_panics();
                    vec![$(<$source as Source>::info().into_inner()),+]
                }
                fn next_page(
                    id: String,
                    context: $crate::internal::RunContext,
                    since: Option<i32>,
                    until: i32,
                    cursor: Option<Vec<u8>>,
                ) -> Result<Page, PluginError> {
                    $crate::internal::tell_panics();
                    let (context, window) = ($crate::Context::new(context), Window { since, until });
                    $(if <$source as Source>::info().id() == id {
                        let page = <$source as Source>::next_page(&context, window, cursor.as_deref());
                        return match page {
                            Ok(page) => Ok(page.into_inner()),
                            Err(error) => Err(error.into_inner()),
                        };
                    })+
                    Err($crate::Error::unsupported(format!("there is no source `{id}` here")).into_inner())
                }
            }
            $crate::bindings::source::export!(Exports with_types_in $crate::bindings::source);
        };
    };
}
