use super::blocks::{Block, Blocks};
use super::dynamics::Dynamics;
use super::input::Input;
use super::surrogate::Slope;
use super::{Extent, Model, Neuron};
use crate::norm::Affine;
use crate::parallel::{Shared, for_each_with};
use crate::prefetch;
use crate::vector::Vector;

/// Neurons of a block at most.
const BLOCK: usize = 2048;
/// Vectors that go through the steps together.
const GROUP: usize = 4;
/// Elements by which memory is asked for ahead: every step is a place of its own, of which little is read at once.
const AHEAD: usize = 256;

/// Backpropagation through time of `forward`, the step's derivative replaced by the surrogate sg:
///
/// ```text
/// gH = gS sg(H - threshold) + gV dV/dH      dV/dH: 1 - S (zero), 1 (subtract)
/// not detached: gH += gV dV/dS sg           dV/dS: rest - H (zero), -threshold (subtract)
/// gX = gH k,  gV' = gH (1 - k)  with k = 1/tau      (if: gX = gV' = gH)
/// gk = sum over all of gH (X - (V - rest))          (plif)
/// ```
///
/// The membrane is computed again from x. `upstream` `[steps, width]` is the gradient to the spikes, `None` when `gradient`
/// holds it and is overwritten. `gradient` `[steps or 1, width]` is that to the input after the affine map, summed over
/// steps when the input is constant. `sums` `[2, channels]`: per channel the sum of gradient and of gradient times x.
/// Returns gk, 0 unless `Plif`. Panics on wrong lengths.
pub fn backward(
    neuron: &Neuron,
    decay: f32,
    extent: &Extent,
    x: &[f32],
    affine: Option<&Affine>,
    upstream: Option<&[f32]>,
    gradient: &mut [f32],
    sums: Option<&mut [f64]>,
) -> f64 {
    assert_eq!(extent.fault(affine), None);
    assert_eq!(x.len(), extent.inputs(), "length of x");
    assert_eq!(upstream.map_or(gradient.len(), <[f32]>::len), extent.outputs(), "length of upstream");
    assert_eq!(gradient.len(), extent.inputs(), "length of gradient");
    let channels = match (&sums, affine) {
        (Some(sums), Some(affine)) => {
            assert_eq!(sums.len(), 2 * affine.channels(), "length of sums");
            affine.channels()
        }
        (Some(_), None) => panic!("sums without an affine map"),
        (None, _) => 0,
    };
    let share = if neuron.model == Model::If { 1.0 } else { decay };
    let pass = Pass {
        dynamics: Dynamics::new(neuron, decay),
        slope: Slope::new(&neuron.surrogate),
        detach: neuron.detach,
        learned: neuron.model == Model::Plif,
        input_share: share,
        carry_share: if neuron.model == Model::If { 1.0 } else { 1.0 - decay },
        steps: extent.steps,
        summed: extent.constant_input,
    };
    let blocks = Blocks::new(extent, BLOCK);
    let given = gradient.as_mut_ptr();
    let gradient = Gradient {
        upstream: upstream.map_or(given.cast_const(), <[f32]>::as_ptr),
        upstream_stride: extent.width,
        to: given,
        stride: if extent.constant_input { 0 } else { extent.width },
    };
    // Per part: the gradient to the decay, then the sums of every channel.
    let cells = 1 + 2 * channels;
    let mut partials = vec![0.0f64; blocks.parts() * cells];
    let shared = Shared::new(&mut partials);
    for_each_with(
        blocks.parts(),
        || Scratch::new(extent, &blocks),
        |scratch, part| {
            // SAFETY: `partials` outlives the loop, and every part has its own piece.
            let (to_decay, sums) = unsafe { shared.piece(part * cells, cells) }.split_at_mut(1);
            for block in blocks.of_part(part) {
                to_decay[0] += backward_block(&pass, extent, block, x, affine, &gradient, sums, scratch);
            }
        },
    );
    if let Some(sums) = sums {
        sums.fill(0.0);
        for part in partials.chunks_exact(cells) {
            sums.iter_mut().zip(&part[1..]).for_each(|(sum, partial)| *sum += partial);
        }
    }
    partials.chunks_exact(cells).map(|part| part[0]).sum()
}

/// What stays the same for all blocks.
#[derive(Clone, Copy)]
struct Pass {
    dynamics: Dynamics,
    slope: Slope,
    detach: bool,
    learned: bool,
    input_share: f32,
    carry_share: f32,
    steps: usize,
    /// The gradient is summed over steps.
    summed: bool,
}

/// Where gradients are read and written; the two may be one array.
#[derive(Clone, Copy)]
struct Gradient {
    upstream: *const f32,
    upstream_stride: usize,
    to: *mut f32,
    stride: usize,
}

// SAFETY: blocks read and write disjoint elements.
unsafe impl Send for Gradient {}
// SAFETY: as above.
unsafe impl Sync for Gradient {}

/// What one block needs, each padded to whole vectors.
struct Scratch {
    membrane: Vec<f32>,
    scale: Vec<f32>,
    shift: Vec<f32>,
    /// Over the steps: the gradient, and the gradient times x.
    sums: [Vec<f32>; 2],
}

impl Scratch {
    fn new(extent: &Extent, blocks: &Blocks) -> Self {
        let padded = blocks.longest().next_multiple_of(32);
        let one = || vec![0.0; padded];
        let membrane = vec![0.0; extent.steps * GROUP * 16];
        Self { membrane, scale: one(), shift: one(), sums: [one(), one()] }
    }
}

fn backward_block(
    pass: &Pass,
    extent: &Extent,
    block: Block,
    x: &[f32],
    affine: Option<&Affine>,
    gradient: &Gradient,
    sums: &mut [f64],
    scratch: &mut Scratch,
) -> f64 {
    let Block { from, length, .. } = block;
    let Scratch { membrane, scale, shift, sums: [sum, product] } = scratch;
    if let Some(affine) = affine {
        affine.spread(from, &mut scale[..length], &mut shift[..length]);
    }
    let input = Input {
        x: x[from..].as_ptr(),
        stride: if extent.constant_input { 0 } else { extent.width },
        length,
        affine: affine.map(|_| (scale.as_ptr(), shift.as_ptr())),
    };
    let store = Store {
        membrane: membrane.as_mut_ptr(),
        sums: (!sums.is_empty()).then_some((sum.as_mut_ptr(), product.as_mut_ptr())),
    };
    // SAFETY: input and gradients cover the block at every step (lengths were checked), the scratch is padded.
    let to_decay = unsafe {
        let gradient = Gradient { upstream: gradient.upstream.add(from), to: gradient.to.add(from), ..*gradient };
        run(*pass, input, gradient, store)
    };
    if let (Some(affine), false) = (affine, sums.is_empty()) {
        let (sums, products) = sums.split_at_mut(affine.channels());
        affine.gather(from, &sum[..length], sums);
        affine.gather(from, &product[..length], products);
    }
    to_decay
}

/// The scratch as the kernel sees it.
#[derive(Clone, Copy)]
struct Store {
    membrane: *mut f32,
    sums: Option<(*mut f32, *mut f32)>,
}

crate::kernel! {
    /// One block: H of all steps, then back through them. Returns its share of gk.
    unsafe fn run(pass: Pass, input: Input, gradient: Gradient, store: Store) -> f64 = run_body
}

#[inline(always)]
unsafe fn run_body<V: Vector>(pass: Pass, input: Input, gradient: Gradient, store: Store) -> f64 {
    let mut lanes = [0.0; 16];
    // SAFETY: the caller's contract.
    unsafe {
        let mut to_decay = V::double_zero();
        let mut from = 0;
        while from + GROUP * V::LANES <= input.length {
            to_decay = run_group::<V, GROUP>(pass, input, gradient, store, from, to_decay);
            from += GROUP * V::LANES;
        }
        while from < input.length {
            to_decay = run_group::<V, 1>(pass, input, gradient, store, from, to_decay);
            from += V::LANES;
        }
        V::double_store(to_decay, lanes.as_mut_ptr());
    }
    lanes.iter().sum()
}

/// `N` vectors of neurons over all steps, forward and back: only H leaves the registers. Adds to gk.
#[inline(always)]
unsafe fn run_group<V: Vector, const N: usize>(
    pass: Pass,
    input: Input,
    gradient: Gradient,
    store: Store,
    from: usize,
    mut to_decay: V::Doubles,
) -> V::Doubles {
    let Pass { dynamics, slope, steps, .. } = pass;
    let left = input.length - from;
    // SAFETY: the caller's contract.
    unsafe {
        let membrane_of = |step: usize, n: usize| store.membrane.add((step * N + n) * V::LANES);
        let mut potential = [V::splat(dynamics.rest); N];
        for step in 0..steps {
            for n in 0..N {
                let at = from + n * V::LANES;
                prefetch::read_later(input.x.wrapping_add(step * input.stride + at + AHEAD));
                prefetch::read_later(gradient.upstream.wrapping_add(step * gradient.upstream_stride + at + AHEAD));
                let (_, x) = input.at::<V>(step, at);
                let membrane = dynamics.charge(potential[n], x);
                membrane.store(membrane_of(step, n));
                potential[n] = dynamics.reset(membrane, dynamics.fire(membrane));
            }
        }
        let mut carried = [V::zero(); N];
        let (mut total, mut sum, mut product) = ([V::zero(); N], [V::zero(); N], [V::zero(); N]);
        for step in (0..steps).rev() {
            for n in 0..N {
                let (at, part) = (from + n * V::LANES, left - n * V::LANES);
                let membrane = V::load(membrane_of(step, n));
                let fired = dynamics.fire(membrane);
                let slope = slope.at(membrane.sub(V::splat(dynamics.threshold)));
                let mut through = dynamics.through_reset(carried[n], fired);
                if !pass.detach {
                    through = through.add(carried[n].mul(dynamics.spike_to_potential(membrane)).mul(slope));
                }
                let upstream: V = V::load_up_to(gradient.upstream.add(step * gradient.upstream_stride + at), part);
                let whole = upstream.mul(slope).add(through);
                carried[n] = whole.mul(V::splat(pass.carry_share));
                let to_input = whole.mul(V::splat(pass.input_share));
                if pass.summed {
                    total[n] = total[n].add(to_input);
                } else {
                    to_input.store_up_to(gradient.to.add(step * gradient.stride + at), part);
                }
                if store.sums.is_some() {
                    let (x, _) = input.at::<V>(step, at);
                    sum[n] = sum[n].add(to_input);
                    product[n] = to_input.mul_add(x, product[n]);
                }
                if pass.learned {
                    let (_, x) = input.at::<V>(step, at);
                    let potential = if step == 0 {
                        V::splat(dynamics.rest)
                    } else {
                        let before = V::load(membrane_of(step - 1, n));
                        dynamics.reset(before, dynamics.fire(before))
                    };
                    let pull = x.sub(potential.sub(V::splat(dynamics.rest)));
                    to_decay = V::double_mul_add(whole, pull, to_decay);
                }
            }
        }
        for n in 0..N {
            let at = from + n * V::LANES;
            if pass.summed {
                total[n].store_up_to(gradient.to.add(at), left - n * V::LANES);
            }
            if let Some((sums, products)) = store.sums {
                sum[n].store(sums.add(at));
                product[n].store(products.add(at));
            }
        }
    }
    to_decay
}
