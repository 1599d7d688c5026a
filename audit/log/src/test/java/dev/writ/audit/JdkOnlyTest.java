package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever only verifies needs no cryptography but the JDK's. */
class JdkOnlyTest {

    @Test
    void onlyTheSigningKeyKnowsBouncyCastle() throws Exception {
        assertThat(classesThatName("org/bouncycastle")).containsExactly("SigningKey.class");
    }

    @Test
    void onlyThoseThatSignKnowTheSigningKey() throws Exception {
        assertThat(classesThatName("dev/writ/audit/SigningKey"))
                .containsExactlyInAnyOrder("SigningKey.class", "LogSigner.class", "Cosigner.class");
        assertThat(classesThatName("dev/writ/audit/LogSigner")).containsExactly("LogSigner.class");
        assertThat(classesThatName("dev/writ/audit/Cosigner;"))
                .containsExactlyInAnyOrder("Cosigner.class", "LogWitness.class");
    }

    private static List<String> classesThatName(String name) throws IOException, URISyntaxException {
        Path classes = Path.of(LogVerifier.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> read(file).contains(name))
                    .map(file -> file.getFileName().toString())
                    .toList();
        }
    }

    /** The constant pool holds names as they are, so looking for them in the bytes is enough. */
    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
