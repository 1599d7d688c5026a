package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Digest;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Both proofs, for every size to 300, against a tree made word for word as the RFC has it. */
class ProofPropertiesTest {

    private static final int SIZES = 300;
    private static final List<byte[]> LEAVES = NaiveTree.leaves(SIZES);
    private static final List<byte[]> HASHES =
            LEAVES.stream().map(MerkleHash::leaf).toList();
    private static final HashSource SOURCE = HashSource.of(HASHES);

    private final NaiveRanges tree = new NaiveRanges(LEAVES);

    @Test
    void rootIsThatOfTheRfcForEverySize() {
        for (int size = 0; size <= SIZES; size++) {
            Frontier frontier = Frontier.empty().append(HASHES.subList(0, size));
            assertThat(Digest.fromBytes(frontier.root())).isEqualTo(tree.root(0, size));
        }
    }

    @Test
    void inclusionIsThatOfTheRfcForEveryLeafOfEverySize() {
        for (int size = 1; size <= SIZES; size++) {
            for (int index = 0; index < size; index++) {
                InclusionProof proof = InclusionProof.build(index, size, SOURCE);
                assertThat(proof.path()).isEqualTo(tree.path(index, 0, size));
                assertThat(proof.proves(leaf(index), tree.root(0, size))).isTrue();
            }
        }
    }

    @Test
    void consistencyIsThatOfTheRfcForEveryTwoSizes() {
        for (int second = 1; second <= SIZES; second++) {
            for (int first = 1; first <= second; first++) {
                ConsistencyProof proof = ConsistencyProof.build(first, second, SOURCE);
                assertThat(proof.path()).isEqualTo(tree.subproof(first, 0, second, true));
                assertThat(proof.proves(tree.root(0, first), tree.root(0, second)))
                        .isTrue();
            }
        }
    }

    @Test
    void inclusionRefusesEveryBitThatIsOtherInATreeOfEverySize() {
        Random random = new Random(6962);
        for (int size = 1; size <= SIZES; size++) {
            int index = random.nextInt(size);
            int treeSize = size;
            InclusionProof proof = InclusionProof.build(index, size, SOURCE);
            Digest root = tree.root(0, size);

            assertThat(bits(index, 0, treeSize - 1)
                            .filter(other ->
                                    new InclusionProof(other, treeSize, proof.path()).proves(leaf(index), root)))
                    .isEmpty();
            assertThat(Mutations.bitFlips(leaf(index)).filter(leaf -> proof.proves(leaf, root)))
                    .isEmpty();
            assertThat(Mutations.bitFlips(root).filter(other -> proof.proves(leaf(index), other)))
                    .isEmpty();
            assertThat(Mutations.of(proof.path())
                            .filter(path -> new InclusionProof(index, treeSize, path).proves(leaf(index), root)))
                    .isEmpty();
        }
    }

    @Test
    void consistencyRefusesEveryBitThatIsOtherInATreeOfEverySize() {
        Random random = new Random(9162);
        for (int second = 2; second <= SIZES; second++) {
            int first = 1 + random.nextInt(second - 1);
            int size = second;
            ConsistencyProof proof = ConsistencyProof.build(first, second, SOURCE);
            Digest firstRoot = tree.root(0, first);
            Digest secondRoot = tree.root(0, second);

            assertThat(bits(first, 0, second)
                            .filter(other ->
                                    new ConsistencyProof(other, size, proof.path()).proves(firstRoot, secondRoot)))
                    .isEmpty();
            assertThat(Mutations.bitFlips(firstRoot).filter(root -> proof.proves(root, secondRoot)))
                    .isEmpty();
            assertThat(Mutations.bitFlips(secondRoot).filter(root -> proof.proves(firstRoot, root)))
                    .isEmpty();
            assertThat(Mutations.of(proof.path())
                            .filter(path -> new ConsistencyProof(first, size, path).proves(firstRoot, secondRoot)))
                    .isEmpty();
        }
    }

    /** The number with each of its bits flipped, as far as it stays between the bounds. */
    private static LongStream bits(int number, long from, long to) {
        return IntStream.range(0, Long.SIZE - 1)
                .mapToLong(bit -> number ^ 1L << bit)
                .filter(other -> other >= from && other <= to);
    }

    private static Digest leaf(int index) {
        return Digest.fromBytes(HASHES.get(index));
    }
}
