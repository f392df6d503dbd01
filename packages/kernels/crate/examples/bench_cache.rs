use neuron::*;
use snnx_kernels::*;
use std::time::Instant;
fn best(name: &str, n: usize, per: f64, mut f: impl FnMut()) {
    let mut b = f64::MAX;
    for _ in 0..n {
        let t = Instant::now();
        f();
        b = b.min(t.elapsed().as_secs_f64());
    }
    println!("{name:40} {:.3} ms  {:.2} ns per 16", b * 1e3, b * 1e9 / per * 16.0);
}
fn main() {
    for (name, steps, width, constant) in [
        ("8 steps big", 8usize, 1usize << 22, false),
        ("8 steps constant", 8, 1 << 22, true),
        ("8 steps in L2", 8, 1 << 12, false),
        ("8 steps in L3", 8, 1 << 18, false),
    ] {
        let n = steps * width;
        let x: Vec<f32> =
            (0..if constant { width } else { n }).map(|i| ((i * 7919) % 1000) as f32 / 500.0 - 0.6).collect();
        let up: Vec<f32> = (0..n).map(|i| ((i * 7919) % 1000) as f32 / 500.0 - 0.6).collect();
        let mut g = vec![0.0; x.len()];
        let ne = Neuron {
            model: Model::Lif,
            tau: 2.0,
            threshold: 1.0,
            reset_to: 0.0,
            reset: Reset::Zero,
            detach: true,
            surrogate: Surrogate { kind: Kind::Atan, alpha: 2.0 },
        };
        let e = Extent { steps, width, row: 32, constant_input: constant };
        let mut bits = vec![0u32; n / 32];
        let reps = if width < 1 << 20 { 500 } else { 30 };
        best(&format!("forward {name}"), reps, n as f64, || {
            forward(&ne, 0.5, &e, &x, None, &mut bits);
        });
        best(&format!("backward {name}"), reps, n as f64, || {
            backward(&ne, 0.5, &e, &x, None, Some(&up), &mut g, None);
        });
    }
}
