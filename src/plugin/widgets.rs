//! Widgets of plugins at work: what comes back is held against what a reader can look at, and a chart against a short list
//! of options, before any of it is believed.

mod option;

use super::engine::ENGINE;
use super::failure::{
    Account, Failure, PLUGIN_OUTPUT_INVALID, PLUGIN_OUTPUT_TOO_LARGE, PLUGIN_PARAMS_INVALID,
};
use super::host::{Guest, Host, day_number, seed};
use super::limits::{BLOCKS_MAX, CELLS_MAX, Limits, STRING_BYTES_MAX};
use super::load::descriptor;
use super::run::{Who, on_own_thread};
use super::v1::metric::World;
use super::v1::widget::{Said, render};
use crate::diag::{Place, printable};
use crate::inputs::Hash;
use crate::measure::plugged::port::{Batch, Field, RunContext};
use crate::plan::WidgetBlock;
use crate::plan::failure::grouped;
use crate::plan::plugin::PluginKind;
use crate::plan::rules::known::UNKNOWN_NAME;
use crate::report::widget::{Made, WidgetInfo, WidgetPort};

/// Markdown of one block: a page of a book, many times over.
const MARKDOWN_BYTES_MAX: usize = 100_000;

impl WidgetPort for Host<'_> {
    fn describe(&self, block: &WidgetBlock) -> Result<WidgetInfo, (Failure, Place)> {
        let here = |failure| (failure, block.place.clone());
        let (_, found) = self.widget(&block.plugin, block.widget.as_deref()).map_err(here)?;
        if let Some((param, why)) =
            super::params::check(&block.params, &found.params_schema).into_iter().next()
        {
            let what = param.map_or_else(|| "`config:`".to_owned(), |param| format!("`{}`", param.name));
            let message = format!("{what} does not fit plugin `{}`: {why}", block.named());
            let hint = "`kpress plugin check` prints the schema of what it takes";
            let place = param.map_or(&block.place, |param| &param.place).clone();
            return Err((Failure::new(&PLUGIN_PARAMS_INVALID, message, hint), place));
        }
        let field = |field: &descriptor::Field| Field {
            name: field.name.as_str().into(),
            ty: field.ty,
            nullable: field.nullable,
        };
        let input = |input: &descriptor::Input| {
            (input.name.as_str().into(), input.fields.iter().map(field).collect(), input.max_rows)
        };
        Ok(WidgetInfo { id: found.id.as_str().into(), inputs: found.inputs.iter().map(input).collect() })
    }

    fn render(
        &self,
        plugin: &str,
        id: &str,
        context: &RunContext,
        data: &[Batch<'_>],
    ) -> Result<Vec<Made>, Failure> {
        let (guest, _) = self.widget(plugin, Some(id))?;
        let digest = digest(guest, id, context, data);
        if let Some(made) =
            self.kept().and_then(|kept| kept.get(&digest)).and_then(|kept| kept::unpack(&kept))
        {
            return Ok(made);
        }
        let (made, _) = self.rendered(plugin, guest, id, context, data)?;
        if let Some(kept) = self.kept() {
            kept.put(&digest, &kept::pack(&made));
        }
        Ok(made)
    }
}

impl Host<'_> {
    /// What a widget makes of these tables, and what that cost. Nothing is remembered.
    ///
    /// # Errors
    /// Why the plugin failed.
    pub fn drawn(
        &self,
        plugin: &str,
        id: &str,
        context: &RunContext,
        data: &[Batch<'_>],
    ) -> Result<(Vec<Made>, Account), Failure> {
        let (guest, _) = self.widget(plugin, Some(id))?;
        self.rendered(plugin, guest, id, context, data)
    }

    fn rendered(
        &self,
        plugin: &str,
        guest: &Guest,
        id: &str,
        context: &RunContext,
        data: &[Batch<'_>],
    ) -> Result<(Vec<Made>, Account), Failure> {
        let who = Who { plugin: plugin.into(), hash: guest.loaded.sha256.clone(), kind: PluginKind::Widget };
        let limits = Limits::of(PluginKind::Widget, &guest.limits).value;
        let world = World {
            as_of: day_number(context.as_of),
            timezone: &context.timezone,
            locale: &context.locale,
            currency: &context.currency,
            seed: seed(plugin, id, &context.params),
            params: &context.params,
        };
        let (told, mut run) = on_own_thread(|| {
            render(&self.engine, &guest.pre, limits, &self.cancel, &who, &world, id, data)
        })??;
        let made = checked(plugin, told).map_err(|failure| run.fail(failure))?;
        Ok((made, run.account()))
    }

    fn widget(&self, plugin: &str, id: Option<&str>) -> Result<(&Guest, &descriptor::Widget), Failure> {
        let guest = self.guest(plugin)?;
        let widgets = &guest.loaded.descriptor.widgets;
        let found = match id {
            Some(id) => widgets.iter().find(|widget| widget.id == id),
            None => widgets.first().filter(|_| widgets.len() == 1),
        };
        found.map(|widget| (guest, widget)).ok_or_else(|| {
            let all: Vec<String> = widgets.iter().map(|widget| format!("`{plugin}/{}`", widget.id)).collect();
            let message = match id {
                _ if widgets.is_empty() => format!("plugin `{plugin}` makes no widget"),
                Some(id) => format!("plugin `{plugin}` has no widget `{id}`"),
                None => format!("plugin `{plugin}` makes {} widgets, and none is named", widgets.len()),
            };
            let hint = if all.is_empty() { String::new() } else { format!("it has {}", all.join(", ")) };
            Failure::new(&UNKNOWN_NAME, message, hint)
        })
    }
}

/// The hash of everything that decides the blocks.
fn digest(guest: &Guest, id: &str, context: &RunContext, data: &[Batch<'_>]) -> Hash {
    let about = format!("widget {} {id} {ENGINE} {context:?}", guest.loaded.sha256);
    let mut parts = vec![Hash::of(about.as_bytes())];
    for batch in data {
        let columns = batch.columns.iter().flat_map(|column| {
            let dict = column.dict.iter().flat_map(|(offsets, bytes)| [*offsets, *bytes]);
            [column.name.as_bytes(), column.values, column.offsets, column.validity].into_iter().chain(dict)
        });
        parts.push(Hash::of_parts(columns.chain([batch.rows.to_le_bytes().as_slice()])));
    }
    Hash::of_parts(parts.iter().map(|hash| hash.bytes().as_slice()))
}

/// What a reader can look at, each text with its hidden characters shown.
fn checked(plugin: &str, told: Vec<Said>) -> Result<Vec<Made>, Failure> {
    let too_large = |what: String| {
        let message = format!("plugin `{plugin}` made too much to look at: {what}");
        Err(Failure::new(&PLUGIN_OUTPUT_TOO_LARGE, message, ""))
    };
    if told.len() > BLOCKS_MAX {
        return too_large(format!("{} blocks; at most {BLOCKS_MAX} are shown", grouped(told.len() as u64)));
    }
    let cells: usize = told
        .iter()
        .map(|block| match block {
            Said::Table(heads, rows, _) => heads.len() + rows.iter().map(Vec::len).sum::<usize>(),
            _ => 0,
        })
        .sum();
    if cells > CELLS_MAX {
        return too_large(format!("{} cells; at most 5,000 are shown", grouped(cells as u64)));
    }
    let invalid = |at: usize, why: String| {
        let message = format!("plugin `{plugin}` returned no block {}: {why}", at + 1);
        Failure::new(&PLUGIN_OUTPUT_INVALID, message, "")
    };
    let blocks = told.into_iter().enumerate();
    blocks.map(|(at, block)| made(block).map_err(|why| invalid(at, why))).collect()
}

fn made(block: Said) -> Result<Made, String> {
    Ok(match block {
        Said::Heading(text) => Made::Heading(line(&text)?),
        Said::Markdown(text) => Made::Markdown(markdown(&text)?),
        Said::Callout(tone, title, text) => Made::Callout(tone, line(&title)?, markdown(&text)?),
        Said::Table(heads, rows, caption) => {
            if heads.is_empty() {
                return Err("a table without columns".to_owned());
            }
            if let Some((at, row)) = rows.iter().enumerate().find(|(_, row)| row.len() != heads.len()) {
                return Err(format!(
                    "row {} of a table has {} cells for {} columns",
                    at + 1,
                    row.len(),
                    heads.len()
                ));
            }
            let heads: Result<Vec<_>, String> =
                heads.iter().map(|(head, right)| Ok((line(head)?, *right))).collect();
            let rows: Result<Vec<Vec<String>>, String> =
                rows.iter().map(|row| row.iter().map(|cell| line(cell)).collect()).collect();
            Made::Table(heads?, rows?, caption.map(|caption| line(&caption)).transpose()?)
        }
        Said::Chart(option, alt) => {
            if alt.trim().is_empty() {
                return Err("a chart without `alt-text`; who does not see it is told nothing".to_owned());
            }
            let (slots, series) = option::read(&option)?;
            Made::Chart(line(&alt)?, slots, series)
        }
    })
}

/// A text in one line.
fn line(text: &str) -> Result<String, String> {
    if text.len() > STRING_BYTES_MAX {
        return Err(format!("a text of {} bytes; at most 10,000 are shown", grouped(text.len() as u64)));
    }
    Ok(printable(text))
}

/// A text of several lines.
fn markdown(text: &str) -> Result<String, String> {
    if text.len() > MARKDOWN_BYTES_MAX {
        return Err(format!("a text of {} bytes; at most 100,000 are shown", grouped(text.len() as u64)));
    }
    // Links lead to pages, or over https; what the renderer drops besides is dropped for everybody.
    let refused = ["](http:", "<http:", "]: http:", "](mailto:", "<mailto:", "]: mailto:"];
    if let Some(link) = refused.iter().find(|link| text.to_ascii_lowercase().contains(**link)) {
        return Err(format!("Markdown with `{link}`; links are relative or https"));
    }
    if text.contains("![") {
        return Err("Markdown with a picture; a widget gives none".to_owned());
    }
    Ok(text.lines().map(printable).collect::<Vec<_>>().join("\n"))
}

/// Blocks as bytes, for the cache.
mod kept {
    use crate::report::widget::{Made, MadeSeries};
    use crate::unit::Quantity;
    use serde_json::{Value, json};

    pub(super) fn pack(made: &[Made]) -> Vec<u8> {
        let blocks: Vec<Value> = made.iter().map(block).collect();
        Value::Array(blocks).to_string().into_bytes()
    }

    fn block(made: &Made) -> Value {
        match made {
            Made::Heading(text) => json!(["heading", text]),
            Made::Markdown(text) => json!(["markdown", text]),
            Made::Table(heads, rows, caption) => json!(["table", heads, rows, caption]),
            Made::Callout(tone, title, text) => json!(["callout", tone, title, text]),
            Made::Chart(alt, slots, series) => {
                let one = |series: &MadeSeries| {
                    let number = |value: &Option<Quantity>| {
                        value.and_then(Quantity::as_decimal).map(|value| value.to_string())
                    };
                    let values: Vec<Option<String>> = series.values.iter().map(number).collect();
                    json!([series.name, series.bars, values])
                };
                json!(["chart", alt, slots, series.iter().map(one).collect::<Vec<_>>()])
            }
        }
    }

    pub(super) fn unpack(bytes: &[u8]) -> Option<Vec<Made>> {
        let blocks: Vec<Value> = serde_json::from_slice(bytes).ok()?;
        blocks.iter().map(made).collect()
    }

    fn texts(value: &Value) -> Option<Vec<String>> {
        value.as_array()?.iter().map(|text| Some(text.as_str()?.to_owned())).collect()
    }

    fn made(block: &Value) -> Option<Made> {
        let text = |at: usize| Some(block.get(at)?.as_str()?.to_owned());
        Some(match block.get(0)?.as_str()? {
            "heading" => Made::Heading(text(1)?),
            "markdown" => Made::Markdown(text(1)?),
            "callout" => {
                let tone =
                    ["info", "warning", "error"].into_iter().find(|tone| text(1).as_deref() == Some(tone))?;
                Made::Callout(tone, text(2)?, text(3)?)
            }
            "table" => {
                let head = |head: &Value| Some((head.get(0)?.as_str()?.to_owned(), head.get(1)?.as_bool()?));
                let heads: Option<Vec<_>> = block.get(1)?.as_array()?.iter().map(head).collect();
                let rows: Option<Vec<_>> = block.get(2)?.as_array()?.iter().map(texts).collect();
                Made::Table(heads?, rows?, text(3))
            }
            "chart" => {
                let number = |value: &Value| match value {
                    Value::Null => Some(None),
                    Value::String(text) => Some(Some(Quantity::Exact(text.parse().ok()?))),
                    _ => None,
                };
                let one = |series: &Value| {
                    let values: Option<Vec<_>> = series.get(2)?.as_array()?.iter().map(number).collect();
                    let name = series.get(0)?.as_str()?.to_owned();
                    Some(MadeSeries { name, bars: series.get(1)?.as_bool()?, values: values? })
                };
                let series: Option<Vec<_>> = block.get(3)?.as_array()?.iter().map(one).collect();
                Made::Chart(text(1)?, texts(block.get(2)?)?, series?)
            }
            _ => return None,
        })
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn blocks_come_back_as_they_were() {
            let value = |text: &str| Some(Quantity::Exact(text.parse().expect("a number")));
            let values = vec![value("1.50"), None];
            let made = vec![
                Made::Heading("h".to_owned()),
                Made::Markdown("a\nb".to_owned()),
                Made::Table(vec![("n".to_owned(), true)], vec![vec!["1".to_owned()]], None),
                Made::Chart(
                    "alt".to_owned(),
                    vec!["a".to_owned(), "b".to_owned()],
                    vec![MadeSeries { name: "s".to_owned(), bars: true, values }],
                ),
                Made::Callout("warning", "t".to_owned(), "m".to_owned()),
            ];
            assert_eq!(unpack(&pack(&made)), Some(made));
            assert_eq!(unpack(b"[[\"script\",\"x\"]]"), None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_leads_to_pages_or_over_https() {
        assert_eq!(
            markdown("a\n[b](https://example.com)\u{7}").as_deref(),
            Ok("a\n[b](https://example.com)\\u{7}")
        );
        for (text, why) in [
            ("[a](HTTP://x)", "Markdown with `](http:`; links are relative or https"),
            ("<mailto:a@example.com>", "Markdown with `<mailto:`; links are relative or https"),
            ("![a](b.png)", "Markdown with a picture; a widget gives none"),
        ] {
            assert_eq!(markdown(text), Err(why.to_owned()));
        }
    }

    #[test]
    fn tables_and_charts_that_nobody_can_read_are_refused() {
        let told = |said| checked("p", vec![said]).expect_err("it is refused").message;
        let head = || vec![("h".to_owned(), false)];
        assert_eq!(
            told(Said::Table(head(), vec![vec!["1".to_owned(), "2".to_owned()]], None)),
            "plugin `p` returned no block 1: row 1 of a table has 2 cells for 1 columns"
        );
        assert_eq!(
            told(Said::Table(head(), vec![vec![String::new()]; 1_000_000], None)),
            "plugin `p` made too much to look at: 1,000,001 cells; at most 5,000 are shown"
        );
        assert_eq!(
            told(Said::Chart("{}".to_owned(), " ".to_owned())),
            "plugin `p` returned no block 1: a chart without `alt-text`; who does not see it is told nothing"
        );
    }
}
