use super::blocks::{Block, Blocks};
use super::dynamics::Dynamics;
use super::input::Input;
use super::surrogate::Slope;
use super::{Extent, Model, Neuron};
use crate::norm::Affine;
use crate::parallel::{Shared, for_each_with};
use crate::vector::Vector;

/// Elements of the membrane kept per block, over all steps: a share of the second-level cache.
const MEMBRANE: usize = 16384;

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
    let target = (MEMBRANE / extent.steps.max(1)).clamp(256, 2048) / 32 * 32;
    let blocks = Blocks::new(extent, target);
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
    padded: usize,
    membrane: Vec<f32>,
    carried: Vec<f32>,
    scale: Vec<f32>,
    shift: Vec<f32>,
    /// Over the steps: the gradient, and the gradient times x.
    sums: [Vec<f32>; 2],
}

impl Scratch {
    fn new(extent: &Extent, blocks: &Blocks) -> Self {
        let padded = blocks.longest().next_multiple_of(32);
        let one = || vec![0.0; padded];
        let membrane = vec![0.0; extent.steps * padded];
        Self { padded, membrane, carried: one(), scale: one(), shift: one(), sums: [one(), one()] }
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
    let Scratch { padded, membrane, carried, scale, shift, sums: [sum, product] } = scratch;
    carried.fill(0.0);
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
        padded: *padded,
        carried: carried.as_mut_ptr(),
        sums: (!sums.is_empty()).then(|| {
            sum.fill(0.0);
            product.fill(0.0);
            (sum.as_mut_ptr(), product.as_mut_ptr())
        }),
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
    padded: usize,
    carried: *mut f32,
    sums: Option<(*mut f32, *mut f32)>,
}

crate::kernel! {
    /// One block: H of all steps, then back through them. Returns its share of gk.
    unsafe fn run(pass: Pass, input: Input, gradient: Gradient, store: Store) -> f64 = run_body
}

#[inline(always)]
unsafe fn run_body<V: Vector>(pass: Pass, input: Input, gradient: Gradient, store: Store) -> f64 {
    let mut to_decay = 0.0;
    // SAFETY: the caller's contract.
    unsafe {
        for step in 0..pass.steps {
            charge_step::<V>(pass, input, store, step);
        }
        for step in (0..pass.steps).rev() {
            to_decay += f64::from(backward_step::<V>(pass, input, gradient, store, step));
        }
    }
    to_decay
}

/// V before the step.
#[inline(always)]
unsafe fn potential_before<V: Vector>(dynamics: Dynamics, store: Store, step: usize, at: usize) -> V {
    // SAFETY: the caller's contract.
    unsafe {
        if step == 0 {
            return V::splat(dynamics.rest);
        }
        let membrane = V::load(store.membrane.add((step - 1) * store.padded + at));
        dynamics.reset(membrane, dynamics.fire(membrane))
    }
}

#[inline(always)]
unsafe fn charge_step<V: Vector>(pass: Pass, input: Input, store: Store, step: usize) {
    for at in (0..input.length).step_by(V::LANES) {
        // SAFETY: the caller's contract.
        unsafe {
            let potential = potential_before::<V>(pass.dynamics, store, step, at);
            let (_, x) = input.at::<V>(step, at);
            pass.dynamics.charge(potential, x).store(store.membrane.add(step * store.padded + at));
        }
    }
}

#[inline(always)]
unsafe fn backward_step<V: Vector>(pass: Pass, input: Input, gradient: Gradient, store: Store, step: usize) -> f32 {
    let Pass { dynamics, slope, .. } = pass;
    // SAFETY: the caller's contract, here and in the loop.
    let mut to_decay = unsafe { V::zero() };
    let first = step + 1 == pass.steps;
    for at in (0..input.length).step_by(V::LANES) {
        // SAFETY: as above.
        unsafe {
            let left = input.length - at;
            let membrane = V::load(store.membrane.add(step * store.padded + at));
            let fired = dynamics.fire(membrane);
            let slope = slope.at(membrane.sub(V::splat(dynamics.threshold)));
            let carried = V::load(store.carried.add(at));
            let mut through = dynamics.through_reset(carried, fired);
            if !pass.detach {
                through = through.add(carried.mul(dynamics.spike_to_potential(membrane)).mul(slope));
            }
            let upstream: V = V::load_up_to(gradient.upstream.add(step * gradient.upstream_stride + at), left);
            let whole = upstream.mul(slope).add(through);
            whole.mul(V::splat(pass.carry_share)).store(store.carried.add(at));
            let to_input = whole.mul(V::splat(pass.input_share));
            let to = gradient.to.add(step * gradient.stride + at);
            let total = if pass.summed && !first { V::load_up_to(to, left).add(to_input) } else { to_input };
            total.store_up_to(to, left);
            if let Some((sum, product)) = store.sums {
                let (x, _) = input.at::<V>(step, at);
                V::load(sum.add(at)).add(to_input).store(sum.add(at));
                to_input.mul_add(x, V::load(product.add(at))).store(product.add(at));
            }
            if pass.learned {
                let (_, x) = input.at::<V>(step, at);
                let potential = potential_before::<V>(dynamics, store, step, at);
                to_decay = whole.mul_add(x.sub(potential.sub(V::splat(dynamics.rest))), to_decay);
            }
        }
    }
    // SAFETY: as above.
    unsafe { to_decay.sum() }
}
