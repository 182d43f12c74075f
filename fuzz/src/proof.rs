//! Receipt codes: bytes and text.

use domain::proof::{ProofText, ReceiptProof, SIGNATURE_BYTES};

/// Reads bytes as a proof, as the text of one, and as what such a text carries.
pub fn read(data: &[u8]) {
    decode(data);
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(proof) = ProofText::parse(text)
    {
        assert_eq!(proof.print(), text.trim(), "there is one text of a proof");
        decode(&proof.bytes);
    }
    let text = ProofText { bytes: data.to_vec(), signature: [0x5a; SIGNATURE_BYTES] };
    match ProofText::parse(&text.print()) {
        Ok(read) => assert_eq!(read, text),
        Err(_) => assert!(data.len() > domain::proof::PROOF_BYTES_MAX || data.is_empty()),
    }
}

fn decode(bytes: &[u8]) {
    if let Ok(proof) = ReceiptProof::decode(bytes) {
        assert_eq!(proof.encode().as_deref(), Ok(bytes), "there is one way to write a proof");
    }
}
