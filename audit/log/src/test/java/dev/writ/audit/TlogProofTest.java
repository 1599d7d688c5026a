package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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

    @Test
    void carriesTheLeafAndThenNeedsNothingButTheKey() {
        for (int size = 1; size <= 40; size++) {
            List<Leaf> leaves = leaves(size);
            List<byte[]> hashes = leaves.stream().map(Leaf::hash).toList();
            Checkpoint head = SIGNER.sign(Frontier.empty().append(hashes));
            for (int index = 0; index < size; index++) {
                InclusionProof inclusion = InclusionProof.build(index, size, HashSource.of(hashes));
                TlogProof proof = TlogProof.of(inclusion, head).with(leaves.get(index));

                TlogProof read = TlogProof.parse(proof.toText());

                assertThat(read).isEqualTo(proof);
                assertThat(read.leaf()).contains(leaves.get(index));
                assertThat(read.verify(SIGNER.verifierKey())).isEqualTo(head);
            }
        }
    }

    @Test
    void leafIsTheExtraDataOfTheSpecification() {
        assertThat(withLeaf().lines().skip(1).findFirst())
                .contains("extra "
                        + Base64.getEncoder().encodeToString(leaves(3).get(1).bytes()));
    }

    @Test
    void refusesEveryChangeOfABitOfAProofWithItsLeaf() {
        byte[] text = withLeaf().getBytes(StandardCharsets.UTF_8);
        for (int bit = 0; bit < text.length * Byte.SIZE; bit++) {
            byte[] flipped = text.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            assertThatThrownBy(() -> TlogProof.parse(new String(flipped, StandardCharsets.UTF_8))
                            .verify(SIGNER.verifierKey()))
                    .isInstanceOf(VerificationException.class);
        }
    }

    @Test
    void refusesAnotherLeafThanTheOneItCarries() {
        TlogProof proof = TlogProof.parse(withLeaf());

        assertThatThrownBy(() -> proof.with(leaves(3).get(2)).verify(SIGNER.verifierKey()))
                .isInstanceOf(VerificationException.class);
        assertThatThrownBy(() -> proof.verify(SIGNER.verifierKey(), leaf(1))).isInstanceOf(VerificationException.class);
        assertThat(proof.verify(
                        SIGNER.verifierKey(), Digest.fromBytes(leaves(3).get(1).hash())))
                .isEqualTo(proof.verify(SIGNER.verifierKey()));
    }

    @Test
    void cannotBeVerifiedWithoutALeafOrItsHash() {
        assertThatThrownBy(() -> proof(5).verify(SIGNER.verifierKey()))
                .isInstanceOf(VerificationException.class)
                .hasMessage("a proof does not carry the leaf it is of");
    }

    @Test
    void refusesExtraDataThatIsNotOneLeaf() {
        String extra = withLeaf().lines().skip(1).findFirst().orElseThrow() + "\n";
        for (String bad : List.of(
                withLeaf().replace(extra, extra + extra),
                withLeaf().replace(extra, "extra \n"),
                withLeaf().replace(extra, "extra"),
                withLeaf().replace(extra, "extra e30=\n"),
                withLeaf().replace("extra ", "Extra "),
                withLeaf().replace("extra ", "extra  "),
                withLeaf().replace(extra + "index 1\n", "index 1\n" + extra))) {
            assertThatThrownBy(() -> TlogProof.parse(bad)).as(bad).isInstanceOf(VerificationException.class);
        }
    }

    private static String withLeaf() {
        List<byte[]> hashes = leaves(3).stream().map(Leaf::hash).toList();
        return TlogProof.of(
                        InclusionProof.build(1, 3, HashSource.of(hashes)),
                        SIGNER.sign(Frontier.empty().append(hashes)))
                .with(leaves(3).get(1))
                .toText();
    }

    private static List<Leaf> leaves(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Leaf.of(Entries.keyed("DECIDED", "key/" + i), Map.of()))
                .toList();
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
