//! The machine in words, and what a process takes of its memory, from `/proc`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Processor, memory and system in one line.
pub fn words() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cpu = field(&read("/proc/cpuinfo"), "model name").unwrap_or_else(|| "unknown processor".into());
    let memory: u64 = number(&read("/proc/meminfo"), "MemTotal").unwrap_or(0);
    let system = read("/etc/os-release")
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))
        .map_or_else(|| "Linux".to_string(), |name| name.trim_matches('"').to_string());
    // What comes after the number is the builder's own.
    let release = read("/proc/sys/kernel/osrelease");
    let kernel = release.trim().split('-').next().unwrap_or_default();
    let virtual_machine = if read("/proc/cpuinfo").contains(" hypervisor") { "virtual " } else { "" };
    format!(
        "{cores} {virtual_machine}cores of an {cpu}, {} GiB of memory, {system}, Linux {kernel}",
        memory.div_ceil(1 << 20)
    )
}

/// How much the machine was at work while we measured, as the kernel's one-minute load average.
pub fn load() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

fn field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_string())
}

/// A figure in KiB such as `MemTotal:  1234 kB`.
fn number(text: &str, name: &str) -> Option<u64> {
    field(text, name)?.split(' ').next()?.parse().ok()
}

/// Memory of one process in KiB.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Its fair share of what it has mapped; what it alone costs the machine.
    pub proportional: u64,
    pub resident: u64,
}

/// Memory of the process now, if it lives.
pub fn memory(process: u32) -> Option<Memory> {
    let text = std::fs::read_to_string(folder(process).join("smaps_rollup")).ok()?;
    Some(Memory { proportional: number(&text, "Pss")?, resident: number(&text, "Rss")? })
}

fn folder(process: u32) -> PathBuf {
    Path::new("/proc").join(process.to_string())
}

/// Watches the resident memory of a process until it is asked for the peak.
pub struct PeakMemory {
    stop: Arc<AtomicBool>,
    peak: Arc<AtomicU64>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl PeakMemory {
    pub fn of(process: u32) -> PeakMemory {
        let (stop, peak) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (stopped, highest) = (Arc::clone(&stop), Arc::clone(&peak));
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                // `status` costs less to read than `smaps_rollup`; what is sought is a peak, often.
                let text = std::fs::read_to_string(folder(process).join("status")).unwrap_or_default();
                highest.fetch_max(number(&text, "VmRSS").unwrap_or(0), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        PeakMemory { stop, peak, thread: Some(thread) }
    }

    /// The highest resident size seen, in KiB.
    pub fn finish(mut self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.peak.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory_and_the_machine_has_words() {
        let memory = memory(std::process::id()).expect("we live");
        assert!(memory.resident > 500 && memory.proportional <= memory.resident, "{memory:?}");
        assert!(super::memory(u32::MAX).is_none());
        assert!(words().contains("GiB of memory"), "{}", words());
        let watch = PeakMemory::of(std::process::id());
        std::thread::sleep(Duration::from_millis(50));
        assert!(watch.finish() > 500);
    }
}
