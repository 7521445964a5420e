// What `isomorphic-ws` is in a browser's bundle: nothing. The runtime's own WebSocket is taken where there is none other.
export default undefined;
