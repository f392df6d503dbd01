use neuron::*;
use snnx_kernels::*;
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
fn best(name: &str, n: usize, mut f: impl FnMut()) {
    if let Some(only) = std::env::args().nth(1) {
        if !name.contains(&only) {
            return;
        }
    }
    let mut b = f64::MAX;
    for _ in 0..n {
        let t = cpu();
        f();
        b = b.min(cpu() - t);
    }
    println!("{name:40} {:.2} ms", b * 1e3);
}
fn main() {
    let (steps, batch, channels, inner) = (8usize, 16usize, 256usize, 1024usize);
    let width = batch * channels * inner;
    let n = steps * width;
    let mut s = 12345u32;
    let mut rnd = || {
        s ^= s << 13;
        s ^= s >> 17;
        s ^= s << 5;
        (s >> 8) as f32 / 16777216.0 * 2.0 - 0.6
    };
    let x: Vec<f32> = (0..n).map(|_| rnd()).collect();
    let up: Vec<f32> = (0..n).map(|_| rnd()).collect();
    let mut g = up.clone();
    let scale: Vec<f32> = (0..channels).map(|_| 1.0 + 0.1 * rnd()).collect();
    let shift: Vec<f32> = (0..channels).map(|_| 0.1 * rnd()).collect();
    let af = norm::Affine { scale: &scale, shift: &shift, inner };
    let ne = Neuron {
        model: Model::Lif,
        tau: 2.0,
        threshold: 1.0,
        reset_to: 0.0,
        reset: Reset::Zero,
        detach: true,
        surrogate: Surrogate { kind: Kind::Atan, alpha: 2.0 },
    };
    let ex = |row| Extent { steps, width, row, constant_input: false };
    let mut bits = vec![0u32; n];
    let reps = 15;
    for row in [32usize, 16, 8, 1024, 7 * 32] {
        if width % row != 0 {
            continue;
        }
        let e = ex(row);
        let l = steps * e.step_words();
        best(&format!("forward row {row}"), reps, || {
            forward(&ne, 0.5, &e, &x, None, &mut bits[..l]);
        });
    }
    let e = ex(32);
    let l = steps * e.step_words();
    best("forward affine", reps, || {
        forward(&ne, 0.5, &e, &x, Some(&af), &mut bits[..l]);
    });
    let ne3 = Neuron { tau: 3.0, ..ne };
    best("forward div", reps, || {
        forward(&ne3, 0.5, &e, &x, None, &mut bits[..l]);
    });
    let nes = Neuron { reset: Reset::Subtract, ..ne };
    best("forward subtract", reps, || {
        forward(&nes, 0.5, &e, &x, None, &mut bits[..l]);
    });
    best("backward", reps, || {
        backward(&ne, 0.5, &e, &x, None, Some(&up), &mut g, None);
    });
    best("backward in place", reps, || {
        backward(&ne, 0.5, &e, &x, None, None, &mut g, None);
    });
    let mut sums = vec![0.0; 2 * channels];
    best("backward in place affine sums", reps, || {
        backward(&ne, 0.5, &e, &x, Some(&af), None, &mut g, Some(&mut sums));
    });
    let mut other = |name: &str, k: Kind, detach: bool, model| {
        let q = Neuron { surrogate: Surrogate { kind: k, alpha: 2.0 }, detach, model, ..ne };
        best(&format!("backward in place {name}"), reps, || {
            backward(&q, 0.5, &e, &x, None, None, &mut g, None);
        });
    };
    other("sigmoid", Kind::Sigmoid, true, Model::Lif);
    other("triangle", Kind::Triangle, true, Model::Lif);
    other("atan attached", Kind::Atan, false, Model::Lif);
    other("atan plif", Kind::Atan, true, Model::Plif);
    let (mut m, mut v) = (vec![0.0; channels], vec![0.0; channels]);
    best("moments", reps, || norm::moments(&x, channels, inner, &mut m, &mut v));
    best("channel_sums", reps, || norm::channel_sums(&x, &up, channels, inner, &mut sums));
    let (mut m4, mut v4) = (vec![0.0; 4096], vec![0.0; 4096]);
    best("moments inner 1", reps, || norm::moments(&x, 4096, 1, &mut m4, &mut v4));
    best("moments inner 16", reps, || norm::moments(&x, channels, 16, &mut m, &mut v));
    best("norm_backward in place", reps, || norm::norm_backward(&x, None, inner, &scale, &shift, &shift, &mut g));
    best("norm_backward in place inner 16", reps, || norm::norm_backward(&x, None, 16, &scale, &shift, &shift, &mut g));
    best("norm_backward in place inner 4", reps, || norm::norm_backward(&x, None, 4, &scale, &shift, &shift, &mut g));
    best("affine in place", reps, || norm::affine(None, &af, &mut g));
    best("add", reps, || elementwise::add(None, Some(&x), &mut g));
    best("scale", reps, || elementwise::scale(&mut g, 1.0));
    best("is_finite", reps, || {
        elementwise::is_finite(&x);
    });
    for (size, stride, padding, width) in
        [(2usize, 2usize, 0usize, 32usize), (3, 2, 1, 32), (2, 2, 0, 8), (8, 8, 0, 8), (3, 1, 1, 32)]
    {
        let p = pool::Pooling { planes: n / width / width, height: width, width, size, stride, padding };
        let mut y = vec![0.0; p.outputs()];
        let mut ob = vec![0u32; p.output_words()];
        let l = p.input_words();
        let t = format!("{size}/{stride}/{padding} at {width}");
        best(&format!("pool max {t}"), 5, || pool::max_pool(&p, &x, &mut y));
        best(&format!("pool max back {t}"), 5, || pool::max_pool_backward(&p, &x, &up[..y.len()], &mut g));
        best(&format!("pool max spikes {t}"), 5, || pool::max_pool_spikes(&p, &bits[..l], &mut ob));
        best(&format!("pool max spikes back {t}"), 5, || {
            pool::max_pool_spikes_backward(&p, &bits[..l], &up[..y.len()], &mut g)
        });
        best(&format!("pool average {t}"), 5, || pool::average_pool(&p, &x, &mut y));
        best(&format!("pool average spikes {t}"), 5, || pool::average_pool_spikes(&p, &bits[..l], &mut y));
        best(&format!("pool average back {t}"), 5, || pool::average_pool_backward(&p, &up[..y.len()], &mut g));
    }
}
