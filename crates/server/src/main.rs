/// An import makes and frees millions of small texts on several threads: the system's allocator keeps a heap per thread
/// and gives little of it back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    server::cli::main()
}
