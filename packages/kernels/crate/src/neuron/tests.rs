use super::*;
use crate::naive::noise;
use crate::vector::under_each_isa;

const LIF: Neuron = Neuron {
    model: Model::Lif,
    tau: 2.0,
    threshold: 1.0,
    reset_to: 0.0,
    reset: Reset::Zero,
    detach: true,
    surrogate: Surrogate { kind: Kind::Atan, alpha: 2.0 },
};

/// A call with its arrays.
struct Case {
    neuron: Neuron,
    decay: f32,
    extent: Extent,
    x: Vec<f32>,
    upstream: Vec<f32>,
    /// Scale, shift and the elements of a channel.
    affine: Option<(Vec<f32>, Vec<f32>, usize)>,
}

impl Case {
    fn new(neuron: Neuron, extent: Extent, channels: Option<usize>, seed: u32) -> Self {
        let draw = |stream: u32, length: usize, scale: f32, offset: f32| -> Vec<f32> {
            noise(length, 4 * seed + stream).iter().map(|value| scale * value + offset).collect()
        };
        let x = draw(0, extent.inputs(), 1.5, 0.8);
        let upstream = draw(1, extent.outputs(), 1.0, 0.0);
        // Two images where that is possible.
        let affine = channels.map(|channels| {
            let image = if extent.width.is_multiple_of(2 * channels) { extent.width / 2 } else { extent.width };
            assert!(image.is_multiple_of(channels));
            (draw(2, channels, 0.5, 1.0), draw(3, channels, 0.25, 0.0), image / channels)
        });
        let decay = if neuron.model == Model::Plif { 0.4 } else { 1.0 / neuron.tau };
        Self { neuron, decay, extent, x, upstream, affine }
    }

    fn affine(&self) -> Option<Affine<'_>> {
        self.affine.as_ref().map(|(scale, shift, inner)| Affine { scale, shift, inner: *inner })
    }

    fn forward(&self) -> (Vec<u32>, u64) {
        let mut bits = vec![u32::MAX; self.extent.steps * self.extent.step_words()];
        let affine = self.affine();
        let spikes = forward(&self.neuron, self.decay, &self.extent, &self.x, affine.as_ref(), &mut bits);
        (bits, spikes)
    }

    fn backward(&self, in_place: bool) -> (Vec<f32>, Vec<f64>, f64) {
        let affine = self.affine();
        let mut sums = affine.map(|affine| vec![7.0; 2 * affine.channels()]);
        let mut gradient = if in_place { self.upstream.clone() } else { vec![7.0; self.extent.inputs()] };
        let upstream = (!in_place).then_some(&self.upstream[..]);
        let (extent, sums_of) = (&self.extent, sums.as_deref_mut());
        let to_decay =
            backward(&self.neuron, self.decay, extent, &self.x, affine.as_ref(), upstream, &mut gradient, sums_of);
        (gradient, sums.unwrap_or_default(), to_decay)
    }

    /// The definitions, one neuron after another: bits, gradient, sums, gk.
    fn naive(&self) -> (Vec<u32>, Vec<f32>, Vec<f64>, f64) {
        let Extent { steps, width, row, constant_input } = self.extent;
        let Neuron { model, tau, threshold, reset_to: rest, reset, detach, surrogate } = self.neuron;
        let channels = self.affine.as_ref().map_or(0, |(scale, ..)| scale.len());
        let mut bits = vec![0; steps * self.extent.step_words()];
        let mut gradient = vec![0.0f32; self.x.len()];
        let mut sums = vec![0.0; 2 * channels];
        let mut to_decay = 0.0;
        for unit in 0..width {
            let channel = self.affine.as_ref().map_or(0, |(scale, _, inner)| unit / inner % scale.len());
            let place = |step: usize| if constant_input { unit } else { step * width + unit };
            let input = |step: usize| {
                let x = self.x[place(step)];
                self.affine.as_ref().map_or(x, |(scale, shift, _)| scale[channel] * x + shift[channel])
            };
            let (mut before, mut membrane) = (vec![0.0f32; steps], vec![0.0f32; steps]);
            let mut potential = rest;
            for step in 0..steps {
                before[step] = potential;
                let h = match model {
                    Model::If => potential + input(step),
                    Model::Lif => potential + (input(step) - (potential - rest)) / tau,
                    Model::Plif => potential + (input(step) - (potential - rest)) * self.decay,
                };
                let fires = h >= threshold;
                potential = match reset {
                    Reset::Zero => [h, rest][usize::from(fires)],
                    Reset::Subtract => [h, h - threshold][usize::from(fires)],
                };
                membrane[step] = h;
                let word = (step * width + unit) / row * words_of(row) + unit % row / 32;
                bits[word] |= u32::from(fires) << (unit % row % 32);
            }
            let (share, carry) = if model == Model::If { (1.0, 1.0) } else { (self.decay, 1.0 - self.decay) };
            let mut to_potential = 0.0f32;
            for step in (0..steps).rev() {
                let (h, spike) = (membrane[step], f32::from(membrane[step] >= threshold));
                let slope = slope_at(surrogate, h - threshold);
                let (kept, to_spike) = match reset {
                    Reset::Zero => (1.0 - spike, rest - h),
                    Reset::Subtract => (1.0, -threshold),
                };
                let attached = if detach { 0.0 } else { to_potential * to_spike * slope };
                let whole = self.upstream[step * width + unit] * slope + (to_potential * kept + attached);
                gradient[place(step)] += whole * share;
                to_potential = whole * carry;
                if channels > 0 {
                    sums[channel] += f64::from(whole * share);
                    sums[channels + channel] += f64::from(whole * share) * f64::from(self.x[place(step)]);
                }
                if model == Model::Plif {
                    to_decay += f64::from(whole) * f64::from(input(step) - (before[step] - rest));
                }
            }
        }
        (bits, gradient, sums, to_decay)
    }

    fn check(&self, name: &str) {
        let (bits, gradient, sums, to_decay) = self.naive();
        let (found, spikes) = self.forward();
        assert!(found == bits, "bits of {name}");
        assert_eq!(spikes, bits.iter().map(|word| u64::from(word.count_ones())).sum::<u64>(), "spikes of {name}");
        for in_place in [false, true] {
            if in_place && self.extent.inputs() != self.extent.outputs() {
                continue;
            }
            let (found, found_sums, found_to_decay) = self.backward(in_place);
            let close = |found: &[f64], expected: &[f64], what: &str| {
                let scale = expected.iter().fold(1.0, |scale: f64, value| scale.max(value.abs()));
                for (found, expected) in found.iter().zip(expected) {
                    assert!((found - expected).abs() <= 2e-6 * scale, "{what} of {name}: {found}, not {expected}");
                }
            };
            let wide = |values: &[f32]| values.iter().map(|&value| f64::from(value)).collect::<Vec<_>>();
            close(&wide(&found), &wide(&gradient), "gradient");
            close(&found_sums, &sums, "sums");
            close(&[found_to_decay], &[to_decay], "gk");
        }
    }
}

/// The surrogate derivative in double precision.
fn slope_at(Surrogate { kind, alpha }: Surrogate, x: f32) -> f32 {
    let x = f64::from(x);
    let slope = match kind {
        Kind::Atan => alpha / 2.0 / (1.0 + (std::f64::consts::FRAC_PI_2 * alpha * x).powi(2)),
        Kind::Sigmoid => {
            let s = 1.0 / (1.0 + (-alpha * x).exp());
            alpha * s * (1.0 - s)
        }
        Kind::Triangle => (alpha - alpha * alpha * x.abs()).max(0.0),
    };
    slope as f32
}

#[test]
fn every_kind_of_neuron_is_as_defined() {
    let surrogates = [(Kind::Atan, 2.0), (Kind::Sigmoid, 4.0), (Kind::Triangle, 1.0)];
    under_each_isa(|isa| {
        let mut seed = 0;
        for model in [Model::Lif, Model::If, Model::Plif] {
            for (tau, rest) in [(2.0, 0.0), (3.7, -0.25)] {
                for reset in [Reset::Zero, Reset::Subtract] {
                    for detach in [true, false] {
                        for (kind, alpha) in surrogates {
                            for channels in [None, Some(3)] {
                                let surrogate = Surrogate { kind, alpha };
                                let neuron = Neuron { model, tau, reset_to: rest, reset, detach, surrogate, ..LIF };
                                let constant_input = seed % 5 == 0;
                                let extent = Extent { steps: 5, width: 78, row: 13, constant_input };
                                seed += 1;
                                Case::new(neuron, extent, channels, seed).check(&format!("{neuron:?} on {isa:?}"));
                            }
                        }
                    }
                }
            }
        }
    });
}

#[test]
fn every_shape_is_cut_and_packed_right() {
    under_each_isa(|isa| {
        for (width, row, channels) in [
            (1, 1, Some(1)),
            (3, 1, Some(3)),
            (3, 3, None),
            (14, 7, Some(7)),
            (33, 33, Some(11)),
            (64, 8, Some(4)),
            (2048, 8, Some(2)),
            (2048, 16, Some(16)),
            (2048 + 16, 16, Some(2)),
            (4000, 40, Some(8)),
            (4096, 32, Some(512)),
            (4096, 64, Some(2048)),
            (6000, 6000, Some(6000)),
            (3 * 5003, 5003, Some(5003)),
            (70_000, 7, Some(100)),
        ] {
            for steps in [1, 4] {
                let extent = Extent { steps, width, row, constant_input: false };
                Case::new(LIF, extent, channels, width as u32).check(&format!("{extent:?} on {isa:?}"));
            }
        }
    });
}

#[test]
fn all_or_none_may_fire() {
    under_each_isa(|isa| {
        for (level, spikes) in [(-5.0, 0), (5.0, 3 * 100)] {
            let extent = Extent { steps: 3, width: 100, row: 50, constant_input: false };
            let mut case = Case::new(LIF, extent, None, 1);
            case.x.fill(level);
            case.check(&format!("level {level} on {isa:?}"));
            assert_eq!(case.forward().1, spikes);
        }
    });
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let neuron = Neuron { model: Model::Plif, ..LIF };
    let extent = Extent { steps: 3, width: 90_000, row: 30, constant_input: false };
    let case = Case::new(neuron, extent, Some(9), 3);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| (case.forward(), case.backward(true)))
    };
    under_each_isa(|_| assert!(run(1) == run(4)));
}

#[test]
fn the_slope_of_the_sigmoid_is_accurate_everywhere() {
    under_each_isa(|isa| {
        for index in -4000..4000 {
            let x = index as f32 * 0.011;
            let surrogate = Surrogate { kind: Kind::Sigmoid, alpha: 2.0 };
            // One step from rest 0 without a leak: H = x, and the gradient is the slope.
            let neuron = Neuron { model: Model::If, surrogate, ..LIF };
            let extent = Extent { steps: 1, width: 1, row: 1, constant_input: false };
            let mut gradient = [1.0];
            backward(&neuron, 1.0, &extent, &[x], None, None, &mut gradient, None);
            // alpha / (4 cosh^2(alpha x / 2)), from which the sigmoid's cancellation is absent.
            let expected = 2.0 / (4.0 * f64::from(x - 1.0).cosh().powi(2));
            let error = (f64::from(gradient[0]) - expected).abs() / expected;
            assert!(error < 1e-6 || expected < 1e-36, "{x} on {isa:?}: {} not {expected}", gradient[0]);
        }
    });
}
