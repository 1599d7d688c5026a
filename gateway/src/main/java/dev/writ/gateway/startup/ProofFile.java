package dev.writ.gateway.startup;

import dev.writ.audit.TlogProof;
import dev.writ.audit.UnreadableLogException;
import dev.writ.audit.VerificationException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that {@code writ audit prove} wrote, or that claims to be one. */
final class ProofFile {

    private static final long MAX_BYTES = 2L * 1024 * 1024;

    private ProofFile() {}

    /** What it holds; whether that proves anything is still to be verified. */
    static TlogProof read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new VerificationException("it is longer than any proof");
            }
            return TlogProof.parse(Files.readString(file));
        } catch (CharacterCodingException notText) {
            throw new VerificationException("it is not text", notText);
        } catch (IOException unreadable) {
            throw new UnreadableLogException(
                    "the file " + file + " cannot be read; 'writ audit prove' writes one", unreadable);
        }
    }
}
