import { contracts as carbon } from '../../dist/index';
import { ProbeContract } from './probe-contract';

/** The carbon contract stays the default one; the probe is reached by its name. */
export const contracts = [...carbon, ProbeContract];
