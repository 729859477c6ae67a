import { CarbonContract } from './carbon-contract';

export const contracts = [CarbonContract];
