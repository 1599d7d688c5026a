package dev.writ.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TileBytesTest {

    @Test
    void bundleIsEachLeafAfterItsLength() {
        byte[] bundle = TileBytes.ofLeaves(List.of("a".getBytes(US_ASCII), new byte[0], new byte[0x0102]));

        assertThat(Arrays.copyOf(bundle, 7)).containsExactly(0, 1, 'a', 0, 0, 1, 2);
        assertThat(bundle).hasSize(7 + 0x0102);
    }

    @Property
    void readsTheLeavesThatWereWritten(@ForAll("leaves") List<byte[]> leaves) {
        assertThat(TileBytes.leaves(bundle(leaves.size()), TileBytes.ofLeaves(leaves)))
                .usingElementComparator(Arrays::compare)
                .containsExactlyElementsOf(leaves);
    }

    @Property(tries = 200)
    void refusesABundleThatIsCutAnywhere(@ForAll("leaves") List<byte[]> leaves, @ForAll @IntRange(min = 1) int cut) {
        byte[] bytes = TileBytes.ofLeaves(leaves);
        byte[] left = Arrays.copyOf(bytes, bytes.length - 1 - cut % bytes.length);

        assertThatThrownBy(() -> TileBytes.leaves(bundle(leaves.size()), left))
                .isInstanceOf(VerificationException.class);
    }

    @Property(tries = 200)
    void refusesABundleWithAnythingAfterIt(
            @ForAll("leaves") List<byte[]> leaves, @ForAll @Size(min = 1, max = 9) byte[] more) {
        byte[] bytes = TileBytes.ofLeaves(leaves);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, longer, bytes.length, more.length);

        assertThatThrownBy(() -> TileBytes.leaves(bundle(leaves.size()), longer))
                .isInstanceOf(VerificationException.class);
    }

    @Property
    void readsTheHashesThatWereWritten(@ForAll @IntRange(min = 1, max = 256) int width) {
        List<byte[]> hashes =
                NaiveTree.leaves(width).stream().map(MerkleHash::leaf).toList();

        byte[] bytes = TileBytes.ofHashes(hashes);

        assertThat(bytes).hasSize(width * 32);
        assertThat(TileBytes.hashes(new LogPath.HashTile(0, 7, width), bytes))
                .usingElementComparator(Arrays::compare)
                .containsExactlyElementsOf(hashes);
    }

    @Test
    void refusesATileOfAnotherWidth() {
        for (int length : new int[] {0, 31, 33, 63, 65, 96}) {
            assertThatThrownBy(() -> TileBytes.hashes(new LogPath.HashTile(0, 0, 2), new byte[length]))
                    .isInstanceOf(VerificationException.class);
        }
    }

    @Test
    void writesNothingThatCouldNotBeRead() {
        List<byte[]> tooMany = Collections.nCopies(257, new byte[32]);

        assertThatIllegalArgumentException().isThrownBy(() -> TileBytes.ofLeaves(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> TileBytes.ofLeaves(tooMany));
        assertThatIllegalArgumentException().isThrownBy(() -> TileBytes.ofLeaves(List.of(new byte[65_536])));
        assertThatIllegalArgumentException().isThrownBy(() -> TileBytes.ofHashes(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> TileBytes.ofHashes(tooMany));
        assertThatIllegalArgumentException().isThrownBy(() -> TileBytes.ofHashes(List.of(new byte[31])));
    }

    @Test
    void longestBundleIsRead() {
        List<byte[]> leaves = Collections.nCopies(256, new byte[65_535]);

        byte[] bytes = TileBytes.ofLeaves(leaves);

        assertThat(bytes).hasSize(TileBytes.MAX_BYTES);
        assertThat(TileBytes.leaves(bundle(256), bytes)).hasSize(256);
    }

    @Provide
    Arbitrary<List<byte[]>> leaves() {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofMaxSize(300)
                .list()
                .ofMinSize(1)
                .ofMaxSize(256);
    }

    private static LogPath.EntryBundle bundle(int width) {
        return new LogPath.EntryBundle(3, width);
    }
}
