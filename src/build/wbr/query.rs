//! Filters of the other dialect: comparisons joined by `and`, `or`, `not`. They are parsed by this small grammar and never
//! run; an empty cell is unlike every value, as it is there.

/// A filter as a condition over rows. `column` gives the name of a column in formulas.
///
/// # Errors
/// What it holds that is not understood.
pub(super) fn translate(query: &str, column: &dyn Fn(&str) -> String) -> Result<String, String> {
    let tokens = tokens(query)?;
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let tree = parser.either()?;
    match parser.peek() {
        None => Ok(print(&tree, false, column)),
        Some(rest) => Err(format!("`{}` is left over", rest.shown())),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    /// As it stands in a formula: a number, or a text in single quotes.
    Literal(String),
    Sign(&'static str),
}

impl Token {
    fn shown(&self) -> &str {
        match self {
            Token::Name(text) | Token::Literal(text) => text,
            Token::Sign(sign) => sign,
        }
    }
}

const SIGNS: [&str; 14] = ["==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ",", "&", "|", "~"];

fn tokens(query: &str) -> Result<Vec<Token>, String> {
    let mut all = Vec::new();
    let mut rest = query.trim();
    while let Some(first) = rest.chars().next() {
        let taken;
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            all.push(Token::Sign(sign));
            taken = sign.len();
        } else if matches!(first, '\'' | '"' | '`') {
            let end = rest[1..].find(first).ok_or_else(|| format!("`{first}` is not closed"))?;
            let inner = &rest[1..=end];
            if inner.contains('\\') {
                return Err("`\\` inside a text".to_owned());
            }
            all.push(match first {
                '`' => Token::Name(inner.to_owned()),
                _ => Token::Literal(format!("'{}'", inner.replace('\'', "''"))),
            });
            taken = end + 2;
        } else if first.is_ascii_digit()
            || (matches!(first, '-' | '.') && rest[1..].starts_with(|c: char| c.is_ascii_digit() || c == '.'))
        {
            let end =
                rest[1..].find(|c: char| !(c.is_ascii_digit() || c == '.')).map_or(rest.len(), |at| at + 1);
            rest[..end].parse::<f64>().map_err(|_| format!("`{}` is no number", &rest[..end]))?;
            all.push(Token::Literal(rest[..end].to_owned()));
            taken = end;
        } else if first.is_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            let word = &rest[..end];
            all.push(match word {
                "and" => Token::Sign("&"),
                "or" => Token::Sign("|"),
                "not" => Token::Sign("~"),
                "in" => Token::Sign("in"),
                "True" => Token::Literal("true".to_owned()),
                "False" => Token::Literal("false".to_owned()),
                name => Token::Name(name.to_owned()),
            });
            taken = end;
        } else {
            return Err(format!("`{first}`"));
        }
        rest = rest[taken..].trim_start();
    }
    Ok(all)
}

/// A condition.
enum Tree {
    Compare(String, &'static str, String),
    In(String, Vec<String>),
    Not(Box<Tree>),
    Both(Box<Tree>, Box<Tree>),
    Either(Box<Tree>, Box<Tree>),
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Sign(found)) if *found == sign);
        self.at += usize::from(is);
        is
    }

    fn either(&mut self) -> Result<Tree, String> {
        let mut left = self.both()?;
        while self.takes("|") {
            left = Tree::Either(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Tree, String> {
        let mut left = self.negated()?;
        while self.takes("&") {
            left = Tree::Both(Box::new(left), Box::new(self.negated()?));
        }
        Ok(left)
    }

    fn negated(&mut self) -> Result<Tree, String> {
        if self.takes("~") {
            return Ok(Tree::Not(Box::new(self.negated()?)));
        }
        if self.takes("(") {
            let inner = self.either()?;
            return if self.takes(")") { Ok(inner) } else { Err("a bracket is not closed".to_owned()) };
        }
        self.comparison()
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn comparison(&mut self) -> Result<Tree, String> {
        let left = self.next().ok_or("a comparison is missing")?;
        let negated = self.takes("~");
        match (left, self.next(), negated) {
            (Token::Name(column), Some(Token::Sign("in")), _) => {
                let listed = Tree::In(column, self.list()?);
                Ok(if negated { Tree::Not(Box::new(listed)) } else { listed })
            }
            (Token::Name(column), Some(Token::Sign(sign)), false) if is_comparison(sign) => match self.next()
            {
                Some(Token::Literal(value)) => Ok(Tree::Compare(column, sign, value)),
                other => Err(format!("`{}` where a value is expected", shown(other.as_ref()))),
            },
            (Token::Literal(value), Some(Token::Sign(sign)), false) if is_comparison(sign) => {
                match self.next() {
                    Some(Token::Name(column)) => Ok(Tree::Compare(column, turned(sign), value)),
                    other => Err(format!("`{}` where a column is expected", shown(other.as_ref()))),
                }
            }
            (left, other, _) => Err(format!("`{} {}`", left.shown(), shown(other.as_ref()))),
        }
    }

    fn list(&mut self) -> Result<Vec<String>, String> {
        if !self.takes("[") && !self.takes("(") {
            return Err("`in` without a list".to_owned());
        }
        let mut values = Vec::new();
        loop {
            match self.next() {
                Some(Token::Literal(value)) => values.push(value),
                other => return Err(format!("`{}` in a list", shown(other.as_ref()))),
            }
            if self.takes("]") || self.takes(")") {
                return Ok(values);
            }
            if !self.takes(",") {
                return Err("a list is not closed".to_owned());
            }
        }
    }
}

fn shown(token: Option<&Token>) -> &str {
    token.map_or("the end", Token::shown)
}

fn is_comparison(sign: &str) -> bool {
    matches!(sign, "==" | "!=" | "<" | "<=" | ">" | ">=")
}

/// The same comparison with its sides exchanged.
fn turned(sign: &'static str) -> &'static str {
    match sign {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        same => same,
    }
}

fn print(tree: &Tree, negated: bool, column: &dyn Fn(&str) -> String) -> String {
    let both = |left: &Tree, right: &Tree, word: &str| {
        format!("({} {word} {})", print(left, negated, column), print(right, negated, column))
    };
    match (tree, negated) {
        (Tree::Not(inner), _) => print(inner, !negated, column),
        (Tree::Both(left, right), false) | (Tree::Either(left, right), true) => both(left, right, "and"),
        (Tree::Either(left, right), false) | (Tree::Both(left, right), true) => both(left, right, "or"),
        (Tree::In(name, values), false) => format!("{} in ({})", column(name), values.join(", ")),
        (Tree::In(name, values), true) => {
            let name = column(name);
            format!("({name} not in ({}) or {name} is null)", values.join(", "))
        }
        (Tree::Compare(name, sign, value), _) => {
            let name = column(name);
            match (*sign, negated) {
                ("==", false) | ("!=", true) => format!("{name} = {value}"),
                ("!=", false) | ("==", true) => format!("({name} <> {value} or {name} is null)"),
                (sign, false) => format!("{name} {sign} {value}"),
                // Not less is greater, equal, or empty.
                (sign, true) => {
                    let other = match sign {
                        "<" => ">=",
                        "<=" => ">",
                        ">" => "<=",
                        _ => "<",
                    };
                    format!("({name} {other} {value} or {name} is null)")
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_translated_and_nothing_else() {
        let plain = |name: &str| if name.contains(' ') { format!("\"{name}\"") } else { name.to_owned() };
        for (query, expected) in [
            ("Country == 'JP'", Ok("Country = 'JP'")),
            ("Country != \"JP\"", Ok("(Country <> 'JP' or Country is null)")),
            ("`Ship Mode` in ['a', 'b'] and Units >= 5", Ok("(\"Ship Mode\" in ('a', 'b') and Units >= 5)")),
            ("not (A > 1 | B == 'x')", Ok("((A <= 1 or A is null) and (B <> 'x' or B is null))")),
            ("A not in [1, 2]", Ok("(A not in (1, 2) or A is null)")),
            ("(A == 1) & (B == 2) | C < -0.5", Ok("((A = 1 and B = 2) or C < -0.5)")),
            ("5 < A", Ok("A > 5")),
            ("A == 'it''s'", Err(())),
            ("A.str.len() == 2", Err(())),
            ("A == @x", Err(())),
            ("A + 1 == 2", Err(())),
            ("A == B", Err(())),
            ("(A == 1", Err(())),
            ("", Err(())),
        ] {
            let found = translate(query, &plain);
            assert_eq!(found.as_deref().map_err(|_| ()), expected, "{query}");
        }
    }
}
