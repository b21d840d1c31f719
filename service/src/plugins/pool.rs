//! Threads for the calls of one plugin, so that one that hangs costs its own vendor and nobody else.
//!
//! A call that is late cannot be stopped: its caller is answered, and its permit stays taken until the
//! call truly ends. The threads are the plugin's own and hold up neither the runtime nor its end.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout_at;

use super::config::Limits;

type Job = Box<dyn FnOnce() + Send>;

/// Why a job has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PoolError {
    /// There was no thread before the deadline, or too many wait already.
    Overloaded,
    /// The job runs and is late.
    TimedOut,
    /// The job ended without a result.
    Lost,
}

/// The threads of one plugin.
#[derive(Debug)]
pub(super) struct Pool {
    jobs: Sender<Job>,
    permits: Arc<Semaphore>,
    waiting: Semaphore,
}

impl Pool {
    pub(super) fn start(plugin_id: &str, limits: &Limits) -> io::Result<Self> {
        let (jobs, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..limits.calls_at_once_max {
            let queue = Arc::clone(&queue);
            thread::Builder::new().name(format!("plugin-{plugin_id}")).spawn(move || work(&queue))?;
        }
        Ok(Self {
            jobs,
            permits: Arc::new(Semaphore::new(limits.calls_at_once_max)),
            waiting: Semaphore::new(limits.calls_waiting_max),
        })
    }

    /// Runs a job on one of the threads, and waits for it until the deadline.
    pub(super) async fn run<R: Send + 'static>(
        &self,
        deadline: Instant,
        job: impl FnOnce() -> R + Send + 'static,
    ) -> Result<R, PoolError> {
        let permit = self.permit(deadline).await?;
        let (answer, answered) = oneshot::channel();
        let job = Box::new(move || {
            let result = job();
            // Before the answer: who has it may ask again at once.
            drop(permit);
            // Nobody may wait any more.
            let _ = answer.send(result);
        });
        self.jobs.send(job).map_err(|_| PoolError::Lost)?;
        match timeout_at(deadline.into(), answered).await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(_)) => Err(PoolError::Lost),
            Err(_) => Err(PoolError::TimedOut),
        }
    }

    async fn permit(&self, deadline: Instant) -> Result<OwnedSemaphorePermit, PoolError> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        let _place = self.waiting.try_acquire().map_err(|_| PoolError::Overloaded)?;
        match timeout_at(deadline.into(), Arc::clone(&self.permits).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(PoolError::Overloaded),
        }
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        // The pool is gone.
        let Ok(job) = next else { return };
        // The thread outlives a job of ours that panics; its answer is lost, and its permit comes back.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    fn pool(calls_at_once_max: usize, calls_waiting_max: usize) -> Pool {
        Pool::start("test", &Limits { calls_at_once_max, calls_waiting_max, ..Limits::default() }).unwrap()
    }

    fn soon() -> Instant {
        Instant::now().checked_add(Duration::from_millis(20)).unwrap()
    }

    fn later() -> Instant {
        Instant::now().checked_add(Duration::from_secs(60)).unwrap()
    }

    #[tokio::test]
    async fn a_job_answers() {
        assert_eq!(pool(1, 0).run(later(), || 7).await, Ok(7));
    }

    #[tokio::test]
    async fn a_late_job_keeps_its_permit_until_it_ends() {
        let pool = pool(1, 1);
        let (release, released) = mpsc::channel::<()>();
        let (end, ended) = oneshot::channel();
        let stuck = move || {
            let _ = released.recv();
            let _ = end.send(());
        };
        assert_eq!(pool.run(soon(), stuck).await, Err(PoolError::TimedOut));
        assert_eq!(pool.run(soon(), || 1).await, Err(PoolError::Overloaded));
        release.send(()).unwrap();
        ended.await.unwrap();
        assert_eq!(pool.run(later(), || 2).await, Ok(2));
    }

    #[tokio::test]
    async fn more_callers_than_may_wait_are_turned_away_at_once() {
        let pool = pool(1, 0);
        let (release, released) = mpsc::channel::<()>();
        let stuck = move || {
            let _ = released.recv();
        };
        assert_eq!(pool.run(soon(), stuck).await, Err(PoolError::TimedOut));
        // With a minute to wait, only one that does not wait comes to its end here.
        assert_eq!(pool.run(later(), || 1).await, Err(PoolError::Overloaded));
        drop(release);
    }

    #[tokio::test]
    async fn a_job_that_panics_is_lost_and_its_thread_is_not() {
        let pool = pool(1, 1);
        let lost = pool.run(later(), || panic!("a fault of the host")).await;
        assert_eq!(lost, Err::<(), _>(PoolError::Lost));
        assert_eq!(pool.run(later(), || 3).await, Ok(3));
    }
}
