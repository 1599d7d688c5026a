package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class TlogProofTest {

    private static final LogSigner SIGNER = LogSigner.generate("log.test", new SecureRandom());
    private static final List<byte[]> HASHES =
            NaiveTree.leaves(11).stream().map(MerkleHash::leaf).toList();
    private static final Checkpoint HEAD = SIGNER.sign(Frontier.empty().append(HASHES));
    private static final String TEXT = proof(5).toText();

    @Test
    void hasTheFormOfTheSpecification() {
        assertThat(TEXT.split("\n", -1)[0]).isEqualTo("c2sp.org/tlog-proof@v1");
        assertThat(TEXT.split("\n", -1)[1]).isEqualTo("index 5");
        assertThat(TEXT).endsWith("\n\n" + HEAD.note());
        assertThat(TEXT.lines().skip(2).takeWhile(line -> !line.isEmpty()))
                .hasSize(4)
                .allMatch(line -> line.length() == 44);
    }

    @Test
    void verifiesForEveryEntry() {
        for (int index = 0; index < HASHES.size(); index++) {
            TlogProof read = TlogProof.parse(proof(index).toText());

            assertThat(read).isEqualTo(proof(index));
            assertThat(read.verify(SIGNER.verifierKey(), leaf(index))).isEqualTo(HEAD);
        }
    }

    @Test
    void proofForTheOnlyEntryHasNoHashes() {
        Checkpoint one = SIGNER.sign(Frontier.empty().append(HASHES.get(0)));
        InclusionProof inclusion = InclusionProof.build(0, 1, HashSource.of(HASHES.subList(0, 1)));

        String text = TlogProof.of(inclusion, one).toText();

        assertThat(text).startsWith("c2sp.org/tlog-proof@v1\nindex 0\n\nlog.test\n1\n");
        assertThat(TlogProof.parse(text).verify(SIGNER.verifierKey(), leaf(0))).isEqualTo(one);
    }

    @Test
    void keepsCosignatures() {
        String cosigned = HEAD.note()
                + LogSigner.generate("witness.test", new SecureRandom())
                        .sign(HEAD.note().substring(0, HEAD.note().indexOf("\n\n") + 1))
                        .signatures()
                        .get(0)
                        .toText();
        TlogProof proof = new TlogProof(5, proof(5).path(), cosigned);

        assertThat(TlogProof.parse(proof.toText())
                        .verify(SIGNER.verifierKey(), leaf(5))
                        .note())
                .isEqualTo(cosigned);
    }

    @Test
    void refusesEveryChangeOfABit() {
        byte[] text = TEXT.getBytes(StandardCharsets.UTF_8);
        for (int bit = 0; bit < text.length * Byte.SIZE; bit++) {
            byte[] flipped = text.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            assertRefused(new String(flipped, StandardCharsets.UTF_8));
        }
    }

    @Test
    void refusesEveryOtherForm() {
        String longPath = TEXT.replace(
                "index 5\n",
                "index 5\n"
                        + TEXT.lines()
                                .skip(2)
                                .findFirst()
                                .orElseThrow()
                                .concat("\n")
                                .repeat(70));
        for (String bad : List.of(
                "",
                "c2sp.org/tlog-proof@v1\n\n" + HEAD.note(),
                TEXT.replace("@v1", "@v2"),
                TEXT.replace("index 5", "extra AAAA\nindex 5"),
                TEXT.replace("index 5", "index 05"),
                TEXT.replace("index 5", "index -5"),
                TEXT.replace("index 5", "index 11"),
                TEXT.replace("index 5", "index 5 "),
                TEXT.replace("index 5\n", "index 5\n\n"),
                TEXT.replace("index 5\n", "index 5\nAAAA\n"),
                TEXT.replace("\n\n", "\n"),
                TEXT + "\n",
                " " + TEXT,
                longPath)) {
            assertRefused(bad);
        }
    }

    @Test
    void refusesAnotherLeafAndAnotherLog() {
        LogVerifierKey other =
                LogSigner.generate("log.test", new SecureRandom()).verifierKey();

        assertThatThrownBy(() -> proof(5).verify(SIGNER.verifierKey(), leaf(6)))
                .isInstanceOf(VerificationException.class);
        assertThatThrownBy(() -> proof(5).verify(other, leaf(5))).isInstanceOf(VerificationException.class);
    }

    @Test
    void isMadeOfAProofAndItsOwnCheckpoint() {
        InclusionProof smaller = InclusionProof.build(5, 10, HashSource.of(HASHES));

        assertThatThrownBy(() -> TlogProof.of(smaller, HEAD)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertRefused(String text) {
        assertThatThrownBy(() -> TlogProof.parse(text).verify(SIGNER.verifierKey(), leaf(5)))
                .isInstanceOf(VerificationException.class);
    }

    private static TlogProof proof(int index) {
        return TlogProof.of(InclusionProof.build(index, HEAD.size(), HashSource.of(HASHES)), HEAD);
    }

    private static Digest leaf(int index) {
        return Digest.fromBytes(HASHES.get(index));
    }
}
