// The part of OpenSSL 3 that makes digests.
#pragma once

#include <openssl/crypto.h>
#include <openssl/evp.h>
