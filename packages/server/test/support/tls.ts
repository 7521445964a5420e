/** A certificate for localhost that nobody trusts, good for a hundred years: for tests of TLS alone. */
export const tls = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgg5FH5+e2+B/Yl28H
8RU2+kcNWLcvgTNFSNUGmr1LkeGhRANCAASa4pxQBA06axYL9MsM/cbikooxC6wW
BB1rZbmsxU82VDsTQyNQNjY3fSPgctBmeb2+SYxyNdeN4igfY5OUsXC+
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUI/5vWmgH/0qS8XduRSjBiuK1SNUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE5NDk1M1oYDzIxMjYxMDI5
MTk0OTUzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASa4pxQBA06axYL9MsM/cbikooxC6wWBB1rZbmsxU82VDsTQyNQNjY3
fSPgctBmeb2+SYxyNdeN4igfY5OUsXC+o1MwUTAdBgNVHQ4EFgQUpIAqqsKirdjM
/kl9SGXvh7uwHwgwHwYDVR0jBBgwFoAUpIAqqsKirdjM/kl9SGXvh7uwHwgwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBw3W84UKsUeqXlMd2+i9rl
eo/WwS/Snfn6o5imLRiJwwIhAKMIgaU8RFe0TlucHiWQBKlmFtAnxu4rweeH0VYJ
yy+A
-----END CERTIFICATE-----`,
} as const;
