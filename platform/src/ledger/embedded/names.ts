/** Channel and chaincode of the embedded engine; the same names as on Fabric, so that a receipt reads alike. */
export const channel = 'carbon';
export const chaincode = 'carbon';
