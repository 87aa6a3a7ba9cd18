//! Audiences against everything that names them: an article for nobody known is shown to nobody.

use crate::diag::{Finding, Place, did_you_mean};
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::{Id, Plan};
use std::sync::Arc;

/// Takes out articles whose audience is not known, and finds names of audiences that do not exist.
pub(in crate::plan) fn settle(plan: &mut Plan, found: &mut Vec<Finding>) {
    let first = Place::at(&Arc::from("kpress.yaml"), 1, 1, 1);
    if plan.audiences.as_ref().is_some_and(Vec::is_empty) && !crate::diag::has_errors(found) {
        let told = "`audiences` names none, so nobody would see anything";
        found.push(
            Finding::new(&UNFIT_VALUE, first, told)
                .hint("write `audiences: {company: {sees: all}}`, or leave it out: one tree for everybody"),
        );
    }
    let known: Vec<Id> = plan.audiences.iter().flatten().map(|audience| audience.id.clone()).collect();
    let mut lost = Vec::new();
    for article in plan.articles.values() {
        let Some(place) = &article.audience_at else { continue };
        // Its head cannot be read, which has a finding of its own.
        if *place == Place::file(&place.file) {
            lost.extend(plan.audiences.is_some().then(|| article.id.clone()));
            continue;
        }
        if article.audience.is_empty() {
            let told = format!("`audience` of `{}` names nobody", article.id);
            found.push(
                Finding::new(&UNFIT_VALUE, place.clone(), told).hint("name an audience, or leave it out"),
            );
        }
        found.extend(article.audience.iter().filter_map(|name| unknown(name, &known, place)));
        if article.audience.is_empty() || article.audience.iter().any(|name| !known.contains(name)) {
            lost.push(article.id.clone());
        }
    }
    // Built all the same with `--keep-going`, nobody may see what was meant for few.
    for id in lost {
        plan.articles.remove(&id);
    }
    for deploy in &mut plan.deploys {
        let named = deploy.audiences.iter().flatten();
        found.extend(named.filter_map(|name| unknown(name, &known, &deploy.place)));
        // What an earlier version made for everybody is not copied along.
        if deploy.audiences.is_none() && plan.audiences.is_some() {
            deploy.audiences = Some(known.clone());
        }
        // Left out, all are copied: of a name that is wrong only those that are right remain.
        if let Some(names) = &mut deploy.audiences {
            names.retain(|name| known.contains(name));
        }
    }
}

fn unknown(name: &Id, known: &[Id], place: &Place) -> Option<Finding> {
    if known.contains(name) {
        return None;
    }
    let told = format!("there is no audience `{name}`");
    let hint = did_you_mean(name, known.iter().map(|one| &**one))
        .unwrap_or_else(|| "name it under `audiences:` in `kpress.yaml`".to_owned());
    Some(Finding::new(&UNFIT_VALUE, place.clone(), told).hint(hint))
}
