-- Pictures of goods by the SHA-256 of their files; records of kind picture name them.
CREATE TABLE picture (sha256 BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
