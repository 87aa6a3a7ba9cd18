//! One file per kind of page; each makes its pages from plan, facts and standings.
