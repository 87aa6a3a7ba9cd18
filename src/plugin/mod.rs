//! WebAssembly plugins: components that a team adds, with nothing that they were not granted.
//! `starter` and `component` make them, `signature` and `approval` say which may run.
//! `load` turns a file into a component that can be called; only what `approved` lets through runs, `audit` tells people why.
//! `engine` compiles and meters them within `limits`; a `failure` says why a run gave nothing.
//! `reach` holds the doors through which a source reaches servers, secrets and folders.

pub mod approval;
pub mod approved;
pub mod audit;
pub mod component;
pub mod engine;
pub mod failure;
pub mod grant;
pub mod host;
pub mod limiter;
pub mod limits;
pub mod load;
pub mod may;
mod memo;
mod params;
pub mod pull;
pub mod reach;
pub mod replay;
mod rules;
pub mod run;
pub mod signature;
pub mod starter;
mod v1;
pub mod validate;
mod widgets;

use crate::diag::Rule;

/// Rules of this module.
pub static RULES: &[&[&Rule]] = &[
    &[
        &approval::PLUGIN_NOT_LOCKED,
        &approval::PLUGIN_HASH_MISMATCH,
        &approval::PLUGIN_LOCK_STALE,
        &signature::PLUGIN_SIGNATURE_MISSING,
        &grant::PLUGIN_GRANT_INVALID,
    ],
    failure::RULES,
    load::RULES,
    pull::RULES,
];
