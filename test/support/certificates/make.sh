#!/usr/bin/env bash
# Makes the certificates that tests use, good from 2020 to 2099, beside this script. Their keys are public: they protect nothing.
set -euo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
touch "$work/index"
cat > "$work/ca.conf" << END
[ca]
default_ca = here
[here]
database = $work/index
new_certs_dir = $work
rand_serial = yes
default_md = sha256
unique_subject = no
default_startdate = 20200101000000Z
default_enddate = 20991231000000Z
policy = any
[any]
commonName = optional
organizationName = optional
END

# request NAME SUBJECT: a key and what an authority is to sign.
request() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj "$2" -keyout "$work/$1.key" -out "$work/$1.csr"
}

# sign NAME EXTENSIONS AUTHORITY…: the certificate; the authority is told in openssl's options.
sign() {
  openssl ca -batch -notext -config "$work/ca.conf" -in "$work/$1.csr" -out "$1.pem" -extfile <(printf '%s\n' "$2") "${@:3}"
}

# authority NAME: signs others; its key is thrown away.
authority() {
  request "$1" "/CN=Rivulet test $1"
  sign "$1" $'basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign' -selfsign -keyfile "$work/$1.key"
}

# signed NAME AUTHORITY SUBJECT EXTENSIONS: a certificate with its key.
signed() {
  request "$1" "$3"
  sign "$1" "$4" -cert "$2.pem" -keyfile "$work/$2.key"
  cp "$work/$1.key" "$1.key"
}

server=$'extendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1'
client='extendedKeyUsage=clientAuth'

{
  authority authority
  authority stranger-authority
  signed server authority /CN=localhost "$server"
  signed renewed authority /CN=renewed "$server"
  signed client authority /O=Waterworks/CN=pump-7 "$client"
  signed nameless authority /O=Waterworks "$client"
  signed stranger stranger-authority /CN=pump-7 "$client"
} 2> "$work/log" || { cat "$work/log" >&2; exit 1; }
