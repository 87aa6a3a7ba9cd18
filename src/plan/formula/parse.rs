//! From text to the syntax tree of the SQL parser, with the place in the file of every part of it.
//! What the tree may hold is decided by the two readers beside this file.

use crate::diag::{Family, Finding, Level, Place, Rule, did_you_mean};
use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Spanned,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Tokenizer, Whitespace};

/// A formula longer than this (in characters) is no longer read by anybody.
pub(super) const MOST_CHARS: usize = 4_000;
/// More words and signs than this in one formula belong into several metrics; it also bounds the depth of the tree.
pub(super) const MOST_TOKENS: usize = 400;
/// Parentheses and calls within each other.
pub(super) const MOST_DEPTH: usize = 48;

/// Not a formula at all.
pub(super) static FORMULA_UNREADABLE: Rule = Rule {
    name: "formula-unreadable",
    level: Level::Error,
    family: Family::Config,
    about: "finds a formula that cannot be read: a missing parenthesis, two operators in a row, a stray sign",
    why: "a formula that is read only in part would give a number nobody meant",
    example: "value: sum(cost      →  value: sum(cost)",
};

/// SQL, but not of the language.
pub(super) static FORMULA_NOT_ALLOWED: Rule = Rule {
    name: "formula-not-allowed",
    level: Level::Error,
    family: Family::Config,
    about: "finds a part of a formula that is SQL but not of the formula language: subqueries, casts, window functions",
    why: "the language is small on purpose: it means the same on every engine, and it can do nothing but compute",
    example: "value: sum(cast(cost as int))      →  value: sum(cost)",
};

/// Beyond the limits.
pub(super) static FORMULA_TOO_LONG: Rule = Rule {
    name: "formula-too-long",
    level: Level::Error,
    family: Family::Limit,
    about: "finds a formula that is longer or deeper than the limits",
    why: "nobody can check such a formula; its parts deserve names of their own",
    example: "value: a + b + c + … 400 terms      →  several metrics, and their sum",
};

/// No such function.
pub(super) static UNKNOWN_FUNCTION: Rule = Rule {
    name: "unknown-function",
    level: Level::Error,
    family: Family::Config,
    about: "finds a function the formula language does not have, or one with the wrong number of arguments",
    why: "a function means the same on every engine, so only those of the list can be used",
    example: "value: summ(cost)      →  value: sum(cost)",
};

/// Aggregates where none may be, or none where one must be.
pub(super) static AGGREGATE_MISPLACED: Rule = Rule {
    name: "aggregate-misplaced",
    level: Level::Error,
    family: Family::Config,
    about: "finds an aggregate inside another one or in a formula over metrics, and a column outside of any aggregate",
    why: "rows become one value exactly once: first the parts are aggregated, then they are combined",
    example: "value: cost / sum(sales)      →  value: sum(cost) / sum(sales)",
};

/// A formula being read: its text, where it stands, and what was found so far.
pub(super) struct Script<'a> {
    text: &'a str,
    at: &'a Place,
    /// Findings in the order of reading.
    pub(super) found: Vec<Finding>,
}

/// A call with its arguments, after everything odd about it was refused.
pub(super) struct Call<'e> {
    /// Lower case.
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) distinct: bool,
    /// The argument is `*`.
    pub(super) star: bool,
    pub(super) args: Vec<&'e Expr>,
}

impl<'a> Script<'a> {
    /// Reads `text`; `None` with a finding if it is no expression.
    pub(super) fn read(text: &'a str, at: &'a Place) -> (Script<'a>, Option<Expr>) {
        let mut script = Script { text, at, found: Vec::new() };
        let expr = script.expression();
        (script, expr)
    }

    fn expression(&mut self) -> Option<Expr> {
        if self.text.chars().count() > MOST_CHARS {
            return self.too_long(format!("a formula of more than {MOST_CHARS} characters"));
        }
        if self.text.trim().is_empty() {
            return self.refuse(
                &FORMULA_UNREADABLE,
                Span::empty(),
                "the formula is empty",
                "write for example `sum(sales)`",
            );
        }
        let tokens = match Tokenizer::new(&GenericDialect, self.text).tokenize_with_location() {
            Ok(tokens) => tokens,
            Err(error) => {
                let message = sentence(&error.message);
                return self.refuse(
                    &FORMULA_UNREADABLE,
                    one(error.location),
                    &message,
                    "every quote needs its partner",
                );
            }
        };
        self.only_plain_tokens(&tokens)?;
        let mut parser =
            Parser::new(&GenericDialect).with_recursion_limit(MOST_DEPTH).with_tokens_with_locations(tokens);
        match parser.parse_expr() {
            Ok(expr) => {
                let next = parser.peek_token();
                if next.token == Token::EOF { Some(expr) } else { self.left_over(&next) }
            }
            Err(error) => self.unreadable(error),
        }
    }

    /// Refuses comments (`gmv --refunds` would silently be `gmv`) and formulas of too many tokens.
    fn only_plain_tokens(&mut self, tokens: &[TokenWithSpan]) -> Option<()> {
        let comment = |token: &&TokenWithSpan| {
            matches!(
                token.token,
                Token::Whitespace(Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_))
            )
        };
        if let Some(token) = tokens.iter().find(comment) {
            let hint = "to subtract a negative number write `a - (-b)`; comments belong behind a `#` of YAML";
            return self.refuse(&FORMULA_UNREADABLE, token.span, "a comment inside a formula", hint);
        }
        let words = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).count();
        if words > MOST_TOKENS {
            return self.too_long(format!(
                "a formula of {words} words and signs, more than the {MOST_TOKENS} allowed"
            ));
        }
        Some(())
    }

    fn left_over(&mut self, next: &TokenWithSpan) -> Option<Expr> {
        let hint = match next.token {
            Token::Comma => "one metric has one formula; digits are not grouped in formulas",
            Token::RParen => "one `)` too many",
            _ => {
                "an operator is missing before it, or a name with spaces needs double quotes: `\"units ordered\"`"
            }
        };
        self.refuse(
            &FORMULA_UNREADABLE,
            next.span,
            &format!("the formula ends before `{}`", next.token),
            hint,
        )
    }

    fn unreadable(&mut self, error: ParserError) -> Option<Expr> {
        let (ParserError::ParserError(message) | ParserError::TokenizerError(message)) = error else {
            return self.too_long(format!("a formula nested more than {MOST_DEPTH} levels deep"));
        };
        let (said, location) = split_location(&message);
        let hint = if self.text.contains('%') {
            "a share is written as a plain number: `0.22`, not `22%`"
        } else if self.text.matches('(').count() > self.text.matches(')').count() {
            "a `)` is missing; inside `{…}` of YAML a formula with a comma must stand in quotes"
        } else {
            "see the formula language in the manual; example: `sum(sales) / count(distinct order_id)`"
        };
        let span = location.map_or_else(|| self.end(), one);
        self.refuse(&FORMULA_UNREADABLE, span, &sentence(said), hint)
    }

    /// The last character of a text of one line.
    fn end(&self) -> Span {
        let column = self.text.trim_end().chars().count() as u64;
        one(Location { line: 1, column: column.max(1) })
    }

    fn too_long<T>(&mut self, message: String) -> Option<T> {
        self.refuse(
            &FORMULA_TOO_LONG,
            Span::empty(),
            &message,
            "give its parts names: each becomes a metric of its own",
        )
    }

    /// Where a part of the text stands in the file. Only a scalar of one line without escapes can be counted through;
    /// of others the whole is marked.
    pub(super) fn place(&self, span: Span) -> Place {
        part(self.text, self.at, span)
    }

    /// Adds a finding and gives up on the part.
    pub(super) fn refuse<T>(
        &mut self,
        rule: &'static Rule,
        span: Span,
        message: &str,
        hint: &str,
    ) -> Option<T> {
        let finding = Finding::new(rule, self.place(span), message);
        self.found.push(if hint.is_empty() { finding } else { finding.hint(hint) });
        None
    }

    /// Refuses SQL that is not of the language.
    pub(super) fn not_allowed<T>(&mut self, expr: &Expr) -> Option<T> {
        let (what, hint) = outside(expr);
        self.refuse(&FORMULA_NOT_ALLOWED, span_of(expr), &format!("{what} cannot be used in a formula"), hint)
    }

    /// Refuses a function that is not among `known`.
    pub(super) fn unknown_function<T>(&mut self, call: &Call<'_>, known: &[&str]) -> Option<T> {
        let other = OTHER_NAMES.iter().find(|(name, _)| *name == call.name);
        let hint = match other {
            Some((_, hint)) => Some((*hint).to_owned()),
            None => did_you_mean(&call.name, known.iter().copied()),
        };
        let hint = hint.unwrap_or_else(|| format!("functions here: {}", known.join(", ")));
        self.refuse(
            &UNKNOWN_FUNCTION,
            call.span,
            &format!("there is no function `{}` here", call.name),
            &hint,
        )
    }

    /// Refuses a call whose number of arguments is not within `least` and `most`.
    pub(super) fn arity(&mut self, call: &Call<'_>, least: usize, most: usize) -> Option<()> {
        let given = call.args.len();
        if (least..=most).contains(&given) && !call.star && !call.distinct {
            return Some(());
        }
        let name = &call.name;
        let wanted = match (least, most) {
            (least, usize::MAX) => format!("at least {least} arguments"),
            (1, 1) => "one argument".to_owned(),
            (least, most) if least == most => format!("{least} arguments"),
            (least, most) => format!("{least} to {most} arguments"),
        };
        let message = if call.star || call.distinct {
            format!("`{name}` takes neither `*` nor `distinct`")
        } else {
            format!("`{name}` takes {wanted}, not {given}")
        };
        self.refuse(&UNKNOWN_FUNCTION, call.span, &message, "see the list of functions in the manual")
    }

    /// The call as a plain one: a name and arguments.
    pub(super) fn call<'e>(&mut self, function: &'e Function) -> Option<Call<'e>> {
        let span = function.name.span();
        let odd = [
            (
                function.over.is_some(),
                "a window function (`over`)",
                "`rolling(metric, '8 weeks')` gives moving figures",
            ),
            (
                function.filter.is_some(),
                "`filter (where …)`",
                "write `where:` on the metric, or `sum(case when … then x end)`",
            ),
            (!function.within_group.is_empty(), "`within group`", ""),
            (function.null_treatment.is_some(), "`ignore nulls`", "missing values are always left out"),
            (function.uses_odbc_syntax, "`{fn …}`", ""),
            (!matches!(function.parameters, FunctionArguments::None), "a second list of arguments", ""),
        ];
        if let Some((_, what, hint)) = odd.iter().find(|(is, ..)| *is) {
            return self.refuse(
                &FORMULA_NOT_ALLOWED,
                span,
                &format!("{what} cannot be used in a formula"),
                hint,
            );
        }
        let name = match function.name.0.as_slice() {
            [part] => part.as_ident().map(|ident| ident.value.to_lowercase()),
            _ => None,
        };
        let (Some(name), FunctionArguments::List(list)) = (name, &function.args) else {
            return self.refuse(&FORMULA_NOT_ALLOWED, span, "this call cannot be used in a formula", "");
        };
        if !list.clauses.is_empty() {
            return self.refuse(
                &FORMULA_NOT_ALLOWED,
                span,
                "only values can stand between the parentheses",
                "",
            );
        }
        let distinct = matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct));
        let mut call = Call { name, span, distinct, star: false, args: Vec::new() };
        for arg in &list.args {
            match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => call.args.push(expr),
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if list.args.len() == 1 => call.star = true,
                other => {
                    let span = if other.span() == Span::empty() { span } else { other.span() };
                    return self.refuse(
                        &FORMULA_NOT_ALLOWED,
                        span,
                        "this argument cannot be used in a formula",
                        "",
                    );
                }
            }
        }
        Some(call)
    }
}

/// Functions other languages have, and what to write here.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("average", "the mean is `avg(…)`"),
    ("mean", "the mean is `avg(…)`"),
    ("ifnull", "write `coalesce(a, b)`"),
    ("nvl", "write `coalesce(a, b)`"),
    ("isnull", "write `x is null`, or `coalesce(a, b)`"),
    ("if", "write `case when … then … else … end`"),
    ("iif", "write `case when … then … else … end`"),
    ("len", "write `length(…)`"),
    ("substr", "write `substring(text, from, count)`"),
    ("left", "write `substring(text, 1, count)`"),
    ("countd", "write `count(distinct x)`"),
    ("distinct", "write `count(distinct x)`"),
    ("lag", "write `prev(metric, '1 week')`"),
    ("yoy", "write `metric / same_period_last_year(metric) - 1`"),
    ("safe_divide", "write `a / b`: without a value below the line there is none"),
    ("div", "write `a / b`: without a value below the line there is none"),
];

/// What to call a refused part, and the way out.
fn outside(expr: &Expr) -> (&'static str, &'static str) {
    match expr {
        Expr::Subquery(_) | Expr::Exists { .. } => {
            ("a subquery", "use `lookup:` to bring in columns of another source")
        }
        Expr::Cast { .. } | Expr::Convert { .. } => {
            ("a cast", "the kind of a column is declared on its source")
        }
        Expr::In { .. } => ("a subquery", "list the values: `x in ('a', 'b')`"),
        Expr::BinaryOp { .. } => ("this operator", "operators are + - * / = <> < <= > >= and or not"),
        Expr::UnaryOp { .. } => ("this sign", "signs are - and not"),
        Expr::Ceil { .. } | Expr::Floor { .. } => ("`ceil` and `floor`", "write `round(x, 0)`"),
        Expr::Interval(_) => ("an interval", "spans are texts: `prev(gmv, '1 week')`"),
        Expr::AtTimeZone { .. } => ("`at time zone`", "the zone of a column is declared on its source"),
        Expr::ILike { .. } | Expr::SimilarTo { .. } | Expr::RLike { .. } => {
            ("this kind of match", "write `lower(x) like 'a%'`")
        }
        Expr::Tuple(_) | Expr::Array(_) => ("a list", "lists stand only behind `in`"),
        Expr::Value(_) | Expr::TypedString(_) | Expr::Prefixed { .. } => {
            ("this literal", "literals are 12.5, 'text', date '2026-01-31', true, false, null")
        }
        Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => ("`*`", "`*` stands only in `count(*)`"),
        _ => ("this part of SQL", "see the formula language in the manual"),
    }
}

/// The place of the first use of the name `name` in a formula; the whole formula if it is not in it.
pub fn locate(text: &str, at: &Place, name: &str) -> Place {
    let tokens = Tokenizer::new(&GenericDialect, text).tokenize_with_location().unwrap_or_default();
    let named = |token: &&TokenWithSpan| matches!(&token.token, Token::Word(word) if word.value == name);
    tokens.iter().find(named).map_or_else(|| at.clone(), |token| part(text, at, token.span))
}

fn part(text: &str, at: &Place, span: Span) -> Place {
    let chars = text.chars().count();
    let before = match (at.width as usize).checked_sub(chars) {
        Some(0) => 0,
        // Quoted in YAML: the quote is the first character of the scalar.
        Some(2) => 1,
        _ => return at.clone(),
    };
    if span == Span::empty() || text.contains('\n') || span.start.line != 1 || at.column == 0 {
        return at.clone();
    }
    let within = |column: u64| u32::try_from(column).unwrap_or(u32::MAX).clamp(1, chars as u32 + 1);
    let (start, end) = (within(span.start.column), within(span.end.column));
    Place { column: at.column + before + start - 1, width: end.saturating_sub(start).max(1), ..at.clone() }
}

/// The span of a part; of a call its name.
pub(super) fn span_of(expr: &Expr) -> Span {
    match expr {
        Expr::Function(function) => function.name.span(),
        other => other.span(),
    }
}

fn one(location: Location) -> Span {
    Span { start: location, end: Location { line: location.line, column: location.column + 1 } }
}

/// Takes ` at Line: 1, Column: 5` off a message of the parser.
fn split_location(message: &str) -> (&str, Option<Location>) {
    let Some((said, place)) = message.rsplit_once(" at Line: ") else { return (message, None) };
    let location = place.split_once(", Column: ").and_then(|(line, column)| {
        let location = Location { line: line.parse().ok()?, column: column.trim().parse().ok()? };
        (location.line > 0 && location.column > 0).then_some(location)
    });
    (said, location)
}

/// The parser's message in our style.
fn sentence(message: &str) -> String {
    let told = message.strip_prefix("Expected: ").and_then(|rest| rest.rsplit_once(", found: "));
    match told {
        Some((wanted, "EOF")) => format!("expected {}, but the formula ends", sign(wanted)),
        Some((wanted, found)) => format!("expected {}, found `{found}`", sign(wanted)),
        None => {
            let mut letters = message.chars();
            letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
        }
    }
}

/// A sign the parser waits for stands in backticks; its own words do not.
fn sign(wanted: &str) -> String {
    if wanted.chars().any(char::is_lowercase) {
        wanted.to_owned()
    } else {
        format!("`{}`", wanted.to_lowercase())
    }
}
