use neuron::*;
use snnx_kernels::*;
use std::time::Instant;
unsafe extern "C" {
    fn clock_gettime(id: i32, ts: *mut [i64; 2]) -> i32;
}
fn cpu() -> f64 {
    let mut t = [0i64; 2];
    unsafe {
        clock_gettime(2, &mut t);
    }
    t[0] as f64 + t[1] as f64 * 1e-9
}
fn best(name: &str, secs: f64, per: f64, mut f: impl FnMut()) {
    if std::env::args().nth(1).is_some_and(|only| !name.contains(&only)) {
        return;
    }
    let mut b = f64::MAX;
    let s = Instant::now();
    while s.elapsed().as_secs_f64() < secs {
        let t = cpu();
        f();
        b = b.min(cpu() - t);
    }
    print!("{name} {:.2} ms {:.2} ns/16;  ", b * 1e3, b * 1e9 / per * 16.0);
}
fn main() {
    for (name, steps, width, constant) in [("big", 8usize, 1usize << 22, false), ("L2", 8, 1 << 13, false)] {
        let n = steps * width;
        let x: Vec<f32> =
            (0..if constant { width } else { n }).map(|i| ((i * 7919) % 1000) as f32 / 500.0 - 0.6).collect();
        let up: Vec<f32> = (0..n).map(|i| ((i * 7919) % 1000) as f32 / 500.0 - 0.6).collect();
        let mut g = up.clone();
        let kind = if std::env::var("TRI").is_ok() { Kind::Triangle } else { Kind::Atan };
        let ne = Neuron {
            model: Model::Lif,
            tau: 2.0,
            threshold: 1.0,
            reset_to: 0.0,
            reset: Reset::Zero,
            detach: true,
            surrogate: Surrogate { kind, alpha: 2.0 },
        };
        let e = Extent { steps, width, row: 32, constant_input: constant };
        let mut bits = vec![0u32; n / 32];
        let secs = 1.0;
        best(&format!("fwd {name}"), secs, n as f64, || {
            forward(&ne, 0.5, &e, &x, None, &mut bits);
        });
        best(&format!("bwd {name}"), secs, n as f64, || {
            backward(&ne, 0.5, &e, &x, None, Some(&up), &mut g, None);
        });
        if width > 1 << 20 {
            best(&format!("bwd in place {name}"), secs, n as f64, || {
                backward(&ne, 0.5, &e, &x, None, None, &mut g, None);
            });
        }
    }
    println!();
}
