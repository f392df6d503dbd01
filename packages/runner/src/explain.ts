import { explain } from '@snnx/dsl'

/** Codes outside the language: what each means and what to do. Those of the language are explained by it. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  SNX0701:
    "A data set is nowhere on this machine and could not be downloaded. The message lists every place looked at: the folders in SNNX_DATA, the cache, the system's package, the official addresses. Put the original files into one of them.",
  SNX0702: 'A data file or folder cannot be read. Check that it exists and that you have the right to read it.',
  SNX0703: 'Something that is not a file, such as a folder, stands where a data file should. Move it away.',
  SNX0704:
    'A gzipped data file is cut or damaged, as after a download that broke off. Delete it, or replace it by the original.',
  SNX0705: 'A data file is not in idx format, or holds another kind of data. Replace it by the original.',
  SNX0706:
    'A data file is shorter or longer than its own header says, or than its format needs. Replace it by the original.',
  SNX0707:
    'A data file is valid idx, but its images have another shape or number than this set has. Two sets may have been mixed up.',
  SNX0708: 'The images and the labels of a set differ in number. Use files of one release.',
  SNX0709: 'A label names a class that the set does not have. Replace the file by the original.',
  SNX0710:
    'A data file is well-formed, but not the original, by its sha256 or by the statistics of the set. Results on other data could not be compared.',
  SNX0711:
    'The disk became full while a data set was downloaded. What was received stays; the download goes on when there is space.',
  SNX0712: 'The cache for data sets cannot be written. Set SNNX_CACHE to a folder that can.',
  SNX0713: 'The validation share leaves one part of the training set without examples.',
  SNX0714: 'A data file is far larger than it should be; it was not read.',
  SNX0715:
    'An archive with a data set is cut or damaged, as after a download that broke off, or packed in a way that is not read. Get it again, or unpack it yourself.',
  SNX0716:
    'An archive names a file outside the folder that it stands for. No original does; it is damaged or made to do harm.',
  SNX0717:
    'A recording of an event camera is cut, damaged, or in another format than its first bytes say. Replace it by the original.',
  SNX0718:
    'A recording is in a known format, but in a variant of it that is not read; the message says which and what to do.',
  SNX0719: 'A recording has an event beyond the pixels of its sensor: it is damaged, or of another sensor.',
  SNX0720: 'A data set of recordings has more or fewer of them than it should. Unpack the original archives again.',
  SNX0731:
    'Images in folders have another form than `train/CLASS/*.jpeg` and `val/CLASS/*.jpeg`: a class is in one of the two only or has no images, or there are more or fewer classes than the spec says.',
  SNX0732: 'An image of a data set cannot be decoded: it was cut, or is no JPEG or PNG. Replace it by the original.',
  SNX0733:
    'The library that decodes images (sharp) is not part of this installation, or does not work on this machine.',
  SNX0801: 'A weights file or checkpoint is not a whole safetensors file: it was cut, or is something else.',
  SNX0802:
    'A weights file is well-formed, but does not hold the weights of this network: names or shapes differ, or positions and values disagree.',
  SNX0803:
    'A checkpoint is damaged, of another version, or of another job. Remove it to start the job anew; finished results are not touched.',
  SNX0804:
    'A file that a dense network is to start from does not fit the network: the message shows the first tensor that does not agree, by both names and shapes. Layers with weights, batch norms and learned neurons are each taken in the order of the network; in the file by the natural order of their names.',
  SNX0805:
    'A tensor of a file that a dense network is to start from has a type other than float32, float16 or bfloat16, or holds values that are not finite numbers.',
  SNX0811:
    "The checkpoint of a job is not the one that was saved: its checksum differs. It was changed, or the disk lost a part. Remove the run's folder to start the job anew; finished results are not touched.",
  SNX0812:
    "The index beside a checkpoint is missing or damaged, so the checkpoint cannot be checked. Remove the run's folder to start the job anew.",
  SNX0813:
    "The event log of a run is shorter than when its checkpoint was saved, so its curves would have a gap. Restore it, or remove the run's folder to start the job anew.",
  SNX0821:
    'A record names a weights file that is not there. Weights are needed to verify a job and to start compression from a dense network. Restore the file, or remove the record so that the job runs again.',
  SNX0822: 'A weights file is not the one that its record was made with: the sha256 differs.',
  SNX0823: 'A record names a weights file outside its own folder. It was written by hand or by another program.',
  SNX0824:
    'A weights file that a running job has put aside is not the one that it measured: it was changed or removed while the job ran. Remove the run folder to start the job anew.',
  SNX0831:
    'The file that `start` names is a link out of the folder of the spec. A spec reads what lies beside it or below, so that running one of another person is safe.',
  SNX0832:
    'The file that `start` names changed between the planning of a run and the start of a job. Run the command again.',
  SNX0841:
    'A file that was given as a NIR file is none: it is not HDF5, it was cut, or no NIR graph is in it. The message says what is missing.',
  SNX0842:
    'A NIR graph holds something that snnx does not have: a branch or a loop, a type of node, a time constant that differs within a layer, a synaptic current that lasts. The message names the node.',
  SNX0843:
    'A network cannot be written as NIR, which has no max pooling, no residual blocks here, and no neurons that subtract their threshold. The message names the layer.',
  SNX0901: 'A result file is not JSON, or is far too large for a record.',
  SNX0902: 'A result file has another format version than this version of snnx reads.',
  SNX0903:
    'A result file does not have the form of a record; the message names the first fields that are wrong. Records are written by `snnx run` only.',
  SNX0904: 'A result file is named after another job than the one it holds. Records are named by their hash.',
  SNX0905:
    'The hash in a record is not that of the job, the data and the engine it names, so something in it was changed after it was written.',
  SNX0906:
    'A record of this job appeared while the job ran. Records are append-only, so it was left as it is, and the new one was not stored.',
  SNX0907: 'The engine gave a result that is not a valid record. This is a fault of snnx.',
  SNX0908: 'The data set on this machine is not the one that the record was made with.',
  SNX1001:
    'The backend is not part of this installation or does not start on this machine. `backend = auto` takes the fastest that is there.',
  SNX1002:
    'Training diverged: the loss is no finite number any more. Lower the learning rate; weights and checkpoint of the last good moment are kept.',
  SNX1003:
    'The command cannot start: it is not built yet, or the Node that runs it is older than 22.12 and none is bundled for this platform.',
  SNX1004:
    'The variable SNNX_BACKEND decides which backend `auto` means, and what it names is none. `snnx backend` lists them.',
  SNX1005:
    'A bound is below what cannot be pruned, such as protected layers or neurons alone take; the message has both figures. Raise the bound, or protect fewer layers.',
  SNX1006:
    'A bound on the latency needs the native kernels: on the other backends fewer weights make nothing faster. Build them with `npm run build:native`, or bound something else.',
  SNX1011: 'The disk is full. Nothing half-written is left; free some space, and the same command goes on.',
  SNX1012: 'The file system is read-only.',
  SNX1013: 'The user who runs the command has no right to a file or folder.',
  SNX1014: 'A file or folder that was named does not exist.',
  SNX1015: 'Something else is in the place of a file: a folder, a file in place of a folder, or a circle of links.',
  SNX1016: 'The operating system refused to read or write a file, for the reason in the message.',
  SNX1021:
    'The process of a job was killed or crashed; often the system ran out of memory. The same command goes on from the last checkpoint.',
  SNX1022: 'The data set changed between the planning of a run and the start of a job. Run the command again.',
  SNX1023:
    'A job was not started because the dense network that it compresses could not be trained. Its own error is shown too.',
  SNX1024:
    'By an estimate from the network, its steps and the batch, a job takes more memory than there is. It would be killed, or make the machine very slow.',
  SNX1031:
    'The command line is wrong: an unknown command or option, or an argument that is missing. `snnx help` shows what there is.',
  SNX1032: 'No record of that job was found below the folder.',
  SNX1033:
    'Several records begin with the digits given, or one job has records in several folders. Write more digits, or name a folder with --experiments.',
  SNX1034: 'What was given as a job is not the beginning of a hash.',
  SNX1035:
    'A file that was given as a spec is none: it is far too large, or `snnx fmt` found that it is not UTF-8 text.',
  SNX1036: 'There is no error with that code.',
  SNX1037: 'The job has no node with that target. The message names those that it has.',
  SNX1038:
    'An imported network does not fit the data set that was named: other inputs or another number of classes. Name another one, or none.',
  SNX1039: 'A file that `snnx import` would write is there already. Nothing was replaced.',
  SNX1041:
    'The backend cannot be installed on this kind of machine: no libraries are known for its system or processor. `backend = auto` takes the fastest that is there.',
  SNX1042:
    'A program that the installation of a backend needs is missing: python3 with pip fetches and unpacks libtensorflow, npm fetches tfjs-node, tar unpacks it, a C++ compiler (g++, or what the variable CXX names) compiles it.',
  SNX1043:
    'npm or pip could not fetch a part of a backend; the message ends with what it said. Mostly there is no network, or a mirror or proxy is not set up for it.',
  SNX1044:
    'A file that was fetched is not the one that it should be: its digest differs. It was not used. A download may be damaged, or a mirror not to be trusted.',
  SNX1045:
    'A step of the installation of a backend failed: unpacking or compiling. The message ends with what the program said. Nothing half-done was left.',
  SNX1046:
    'A backend was compiled, but does not start on this machine. It was not installed. The message ends with what the system said.',
  SNX1047: 'Another process is installing the same backend. Wait until it is done.',
  SNX1099: 'An error that snnx did not foresee. It is a fault of snnx; SNNX_DEBUG=1 shows where it comes from.',
}

/** What a code means, or null if there is none of this name. */
export function explainCode(code: string): string | null {
  const own = Object.hasOwn(EXPLANATIONS, code) ? EXPLANATIONS[code]! : null
  return own === null ? explain(code) : `${code}: ${own}`
}

/** All codes that are explained here. */
export const runnerCodes = (): string[] => Object.keys(EXPLANATIONS)
