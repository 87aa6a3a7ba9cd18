//! What can be wrong with a YAML file as such, in words for people who do not know YAML's own.

use super::tree::Key;
use crate::diag::{Family, Finding, Level, Place, Rule};
use granit_parser::ErrorKind;

/// Rules raised while parsing.
pub(super) static RULES: &[&Rule] = &[&SYNTAX, &LIMIT, &DUPLICATE_KEY, &UNKNOWN_TAG, &SEVERAL_DOCUMENTS];

/// A file that is no YAML.
pub(super) static SYNTAX: Rule = Rule {
    name: "yaml-syntax",
    level: Level::Error,
    family: Family::Config,
    about: "a file that cannot be read as YAML",
    why: "nothing after the place can be trusted, so no value of the file is taken",
    example: "a: [1, 2        # the bracket is never closed\na: [1, 2]",
};

/// More than anyone writes by hand.
pub(super) static LIMIT: Rule = Rule {
    name: "yaml-limit",
    level: Level::Error,
    family: Family::Config,
    about: "a file that unfolds to more than a workspace can mean: 32 levels, 50,000 values, 1,024 aliases, 4 MiB of text",
    why: "a few hundred bytes of YAML can stand for billions of values; such a file must not stop the machine",
    example: "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]        # and so on",
};

/// One key twice in one map.
pub(super) static DUPLICATE_KEY: Rule = Rule {
    name: "duplicate-key",
    level: Level::Error,
    family: Family::Config,
    about: "a key that stands twice in one map, or two ids that differ only in case",
    why: "one of the two would silently win",
    example: "acos: {unit: percent}\nacos: {unit: ratio}        # both lines are named",
};

/// `!!python/object` and the like.
pub(super) static UNKNOWN_TAG: Rule = Rule {
    name: "unknown-tag",
    level: Level::Error,
    family: Family::Config,
    about: "a YAML tag such as `!!python/object`",
    why: "tags make some programs run code; here they mean nothing, and what means nothing is not ignored",
    example: "value: !!float 3        # write: value: 3",
};

/// `---` in the middle.
pub(super) static SEVERAL_DOCUMENTS: Rule = Rule {
    name: "several-documents",
    level: Level::Error,
    family: Family::Config,
    about: "a second YAML document (`---`) in one file",
    why: "only one of them would be read",
    example: "metrics: {}\n---\nmetrics: {}        # use two files",
};

type Told = Box<Finding>;

fn tell(rule: &'static Rule, place: Place, message: impl Into<String>, hint: &str) -> Told {
    Box::new(Finding::new(rule, place, message).hint(hint))
}

pub(super) fn budget(place: Place, over: &str) -> Told {
    tell(
        &LIMIT,
        place,
        format!("the file holds {over}"),
        "split the file, or write the values out without aliases",
    )
}

pub(super) fn tag(tag: &str, place: Place) -> Told {
    tell(
        &UNKNOWN_TAG,
        place,
        format!("the tag `{tag}` means nothing here"),
        "remove the tag; quotes make a value a text",
    )
}

pub(super) fn documents(place: Place) -> Told {
    tell(&SEVERAL_DOCUMENTS, place, "a second document begins here", "use two files, or remove the `---`")
}

pub(super) fn endless(place: Place) -> Told {
    tell(&LIMIT, place, "the alias stands inside what it repeats", "write the values out")
}

pub(super) fn key(place: Place) -> Told {
    tell(
        &SYNTAX,
        place,
        "a key must be a single word or text",
        "write `key: value`, with the key in quotes if it begins with `{`, `[`, `*` or `&`",
    )
}

pub(super) fn merge(place: Place) -> Told {
    tell(
        &SYNTAX,
        place,
        "`<<` takes over the entries of a map, and this is none",
        "write `<<: *name` for a map marked with `&name`",
    )
}

pub(super) fn twice(key: &Key, first: &Key) -> Finding {
    let told = format!("`{}` stands twice, here and in line {}", key.text, first.place.line);
    let finding = Finding::new(&DUPLICATE_KEY, key.place.clone(), told);
    finding.related(first.place.clone(), "the first is here").hint("keep one of the two")
}

/// What the parser stumbled over.
pub(super) fn syntax(kind: &ErrorKind, place: Place, source: &str) -> Told {
    use ErrorKind as E;
    let line = source.lines().nth(place.line.saturating_sub(1) as usize).unwrap_or("");
    if let Some(cut) = super::cut::in_line(line, &place) {
        return Box::new(cut);
    }
    let (told, hint): (String, &str) = match kind {
        E::RecursionLimitExceeded => return budget(place, "more than 32 levels of nesting"),
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation | E::TabAtBlockScalarStart => {
            ("a tab stands where YAML takes only spaces".into(), "indent with spaces")
        }
        _ if line.trim_start_matches(' ').starts_with('\t') => {
            ("a tab stands where YAML takes only spaces".into(), "indent with spaces")
        }
        E::UnknownAnchor => (
            "the alias names nothing that is marked before it".into(),
            "mark a value with `&name`, or put the text in quotes",
        ),
        E::UnclosedQuotedScalar => ("the quote is never closed".into(), "add the closing quote"),
        E::UnclosedFlowCollection { open } => {
            (format!("the `{open}` is never closed"), "add the closing bracket")
        }
        E::UnexpectedEofFlowSequence | E::ExpectedFlowSequenceSeparator => {
            ("a list in `[ ]` is not closed, or misses a comma".into(), "write `[a, b]`")
        }
        E::UnexpectedEofFlowMapping
        | E::UnexpectedEofImplicitFlowMapping
        | E::ExpectedFlowMappingSeparator => (
            "a map in `{ }` is not closed, or misses a comma".into(),
            "write `{a: 1, b: 2}`; a text with `:`, `,`, `{` or `}` needs quotes",
        ),
        E::MismatchedFlowCollectionEnd { open, close } => (
            format!("the `{open}` that opens here is closed by a `{close}`"),
            "every bracket needs its partner",
        ),
        E::MisplacedFlowCollectionEnd => {
            ("a closing bracket without its opening one".into(), "a text with brackets needs quotes")
        }
        E::InvalidQuotedScalarHexEscape | E::UnknownQuotedScalarEscape => (
            "an escape in quotes stands for no character".into(),
            "write the character itself, or `\\\\` for a backslash",
        ),
        E::UnexpectedCharacter { character } => {
            (format!("no value begins with `{}`", character.escape_debug()), "put the text in quotes")
        }
        E::InvalidSimpleKey | E::SimpleKeyExpected | E::ExpectedBlockMappingKey | E::InvalidIndentation => (
            "the line fits neither the line above nor its indentation".into(),
            "a key ends in `: `, and keys of one map begin in one column; a text with `: ` needs quotes",
        ),
        E::DirectiveDisallowed => ("lines that begin with `%` are not used here".into(), "remove the line"),
        E::BomInsideDocument => (
            "a byte order mark stands inside the file".into(),
            "remove the character; files were joined, perhaps",
        ),
        _ => (
            "YAML cannot be read from here on".into(),
            "check quotes, brackets and indentation just before this place",
        ),
    };
    tell(&SYNTAX, place, told, hint)
}
