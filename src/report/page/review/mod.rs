//! Reviews as they are held: what signals there were, how figures stand against their targets, what they came from, what people
//! said and decided, what is left from before and what begins. A list of all of them with who was there.

mod daily;
mod register;
mod sheet;

pub(super) use daily::Daily;
pub(super) use register::{Actions, Decisions};

use super::{PageKind, page};
use crate::assess::action::{Own, at_review};
use crate::diag::Finding;
use crate::plan::Id;
use crate::plan::review::Review;
use crate::report::context::Context;
use crate::report::review::{filled, head, link, person};
use crate::report::{Arg, Block, Cell, Page, TableSpec, Text};
use crate::unit::{Quantity, Unit};
use std::collections::BTreeMap;

pub(super) struct Reviews;

impl PageKind for Reviews {
    fn name(&self) -> &'static str {
        "reviews"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["reviews"]
    }

    fn pages(&self, context: &Context<'_>, found: &mut Vec<Finding>) -> Vec<Page> {
        let reviews = held(context);
        if reviews.is_empty() {
            return Vec::new();
        }
        let each = reviews.iter().map(|review| sheet::page_of(context, review, found)).collect::<Vec<_>>();
        std::iter::once(index(context, &reviews)).chain(each).collect()
    }
}

/// Reviews whose period is over, the newest first.
pub(super) fn held<'a>(context: &Context<'a>) -> Vec<&'a Review> {
    let Some(as_of) = context.as_of() else { return Vec::new() };
    let mut all = crate::assess::action::held(context.plan, as_of);
    all.reverse();
    all
}

pub(super) fn count(number: usize) -> Cell {
    Cell::Number(Quantity::from(i64::try_from(number).unwrap_or(i64::MAX)), Unit::Count)
}

fn index(context: &Context<'_>, reviews: &[&Review]) -> Page {
    let mut made = page("reviews", "reviews", Text::key("nav-reviews"), &[("", Text::key("nav-home"))]);
    let row = |review: &&Review| {
        let before = at_review(context.plan, review, Own::Before);
        let after = at_review(context.plan, review, Own::With);
        let open = after.iter().filter(|one| one.is_open()).count();
        let closed = after.iter().filter(|one| one.closed.as_ref().is_some_and(|(by, _)| *by == review.id));
        vec![
            link(context, review),
            Cell::Date(review.date),
            present(review),
            count(review.decisions.len()),
            count(after.len() - before.len()),
            count(closed.count()),
            count(open),
        ]
    };
    let columns = vec![
        head("review-name", false),
        head("review-date", false),
        head("review-attendance", true),
        head("nav-decisions", true),
        head("review-new", true),
        head("review-closed", true),
        head("review-open", true),
    ];
    made.blocks.push(Block::Table(filled(TableSpec {
        id: "reviews".to_owned(),
        title: None,
        columns,
        rows: reviews.iter().map(row).collect(),
        total: false,
    })));
    made.blocks.extend(attendance(context, reviews));
    made
}

/// How many of those who were asked were there.
fn present(review: &Review) -> Cell {
    let asked = review.attendees.len() + review.absent.len();
    if asked == 0 {
        return Cell::Empty;
    }
    let holes =
        vec![("there", Arg::Count(review.attendees.len() as u64)), ("asked", Arg::Count(asked as u64))];
    Cell::Text(Text::Key("review-present", holes))
}

/// Who was there how often, and how often management stood behind it.
fn attendance(context: &Context<'_>, reviews: &[&Review]) -> Option<Block> {
    let mut by: BTreeMap<&Id, (u32, u32, u32)> = BTreeMap::new();
    for review in reviews {
        for person in &review.attendees {
            let told = by.entry(person).or_default();
            (told.0, told.1) = (told.0 + 1, told.1 + 1);
        }
        for person in review.absent.iter().filter(|person| !review.attendees.contains(person)) {
            by.entry(person).or_default().1 += 1;
        }
        if let Some(sponsor) = &review.sponsor {
            by.entry(sponsor).or_default().2 += 1;
        }
    }
    let row = |(id, (there, asked, stood)): (&&Id, &(u32, u32, u32))| {
        let whole = |number: u32| Quantity::from(i64::from(number));
        let rate = whole(*there).over(whole(*asked));
        vec![
            person(context, id),
            count(*there as usize),
            count(*asked as usize),
            rate.map_or(Cell::Empty, |rate| Cell::Number(rate, Unit::Percent)),
            if *stood > 0 { count(*stood as usize) } else { Cell::Empty },
        ]
    };
    let table = TableSpec {
        id: "attendance".to_owned(),
        title: Some(Text::key("review-attendance")),
        columns: vec![
            head("table-person", false),
            head("attendance-there", true),
            head("attendance-asked", true),
            head("review-attendance", true),
            head("attendance-sponsor", true),
        ],
        rows: by.iter().map(row).collect(),
        total: false,
    };
    (!table.rows.is_empty()).then(|| Block::Table(filled(table)))
}
