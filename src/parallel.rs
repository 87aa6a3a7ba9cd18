//! Work on many things at once. Results come in the order of the things, whatever finishes first and however many cores
//! there are: what is made of them is the same on every machine.

use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

/// How many results of a thread may wait until they are taken.
const WAITING: usize = 2;

/// On how many threads `items` things are worked at.
fn threads(items: usize) -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(items)
}

/// Applies `work` to every item, on as many threads as the machine has cores. A thread takes the next item when it is
/// done with one, so that a large one holds nobody up.
pub(crate) fn each<'a, T: Sync, R: Send>(items: &'a [T], work: impl Fn(&'a T) -> R + Sync) -> Vec<R> {
    let threads = threads(items.len());
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            match items.get(at) {
                Some(item) => done.push((at, work(item))),
                None => return done,
            }
        }
    };
    let mut all: Vec<(usize, R)> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let finished = running.into_iter().map(|thread| thread.join().expect("work does not panic"));
        finished.flatten().collect()
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}

/// As [`each`], for `work` that uses the items up.
pub(crate) fn each_of<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let items: Vec<Mutex<Option<T>>> = items.into_iter().map(|item| Mutex::new(Some(item))).collect();
    each(&items, |item| {
        let item = item.lock().expect("each item has one thread").take();
        work(item.expect("each item is taken once"))
    })
}

/// Applies `work` to every item on several threads and hands each result to `take`, in order and one at a time, while the
/// next ones are made; only a few results exist at once. `take` says whether there is any use in going on.
pub(crate) fn in_order<'a, T: Sync, R: Send>(
    items: &'a [T],
    work: impl Fn(&'a T) -> R + Sync,
    take: impl FnMut(R) -> ControlFlow<()>,
) {
    in_order_on(threads(items.len()), items, work, take);
}

fn in_order_on<'a, T: Sync, R: Send>(
    threads: usize,
    items: &'a [T],
    work: impl Fn(&'a T) -> R + Sync,
    mut take: impl FnMut(R) -> ControlFlow<()>,
) {
    if threads <= 1 {
        let _ = items.iter().map(work).try_for_each(take);
        return;
    }
    let work = &work;
    thread::scope(|scope| {
        let start = |lane: usize| {
            let (give, lent) = sync_channel(WAITING);
            scope.spawn(move || {
                let own = items.iter().skip(lane).step_by(threads);
                // Nobody listens any more: the rest is of no use.
                let _ = own.map(work).try_for_each(|result| give.send(result));
            });
            lent
        };
        let lanes: Vec<_> = (0..threads).map(start).collect();
        for lane in (0..threads).cycle().take(items.len()) {
            // A lane ends early only if its thread panics; the scope passes that on.
            let Ok(result) = lanes[lane].recv() else { return };
            if take(result).is_break() {
                return;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..50).collect();
        assert_eq!(
            each(&items, |item| item * item),
            items.iter().map(|item| item * item).collect::<Vec<_>>()
        );
        assert_eq!(each_of(items.clone(), |item| item + 1), (1..=50).collect::<Vec<u64>>());
        for threads in [0, 1, 2, 3, 64] {
            let mut taken = Vec::new();
            in_order_on(
                threads,
                &items,
                |item| item + 1,
                |result| {
                    taken.push(result);
                    if result == 40 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                },
            );
            assert_eq!(taken, (1..=40).collect::<Vec<u64>>(), "{threads} threads");
        }
    }

    #[test]
    fn nothing_comes_of_nothing() {
        in_order(&[], |item: &u8| *item, |_| panic!("there is no item"));
        assert_eq!(each(&[], |item: &u8| *item), Vec::<u8>::new());
    }
}
