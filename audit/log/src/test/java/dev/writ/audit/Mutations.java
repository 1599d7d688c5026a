package dev.writ.audit;

import dev.writ.model.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Ways to spoil a proof. */
final class Mutations {

    private Mutations() {}

    /** The digest with one bit flipped, for each of its bits. */
    static Stream<Digest> bitFlips(Digest digest) {
        return IntStream.range(0, MerkleHash.BYTES * Byte.SIZE).mapToObj(bit -> {
            byte[] flipped = digest.bytes();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            return Digest.fromBytes(flipped);
        });
    }

    /** The path with one bit flipped, one hash more, one less, or two neighbours exchanged. */
    static Stream<List<Digest>> of(List<Digest> path) {
        Stream<List<Digest>> flipped = IntStream.range(0, path.size())
                .boxed()
                .flatMap(i -> bitFlips(path.get(i))
                        .map(flip -> changed(path, all -> {
                            all.set(i, flip);
                            return all;
                        })));
        Stream<List<Digest>> without = IntStream.range(0, path.size())
                .mapToObj(i -> changed(path, all -> {
                    all.remove(i);
                    return all;
                }));
        Stream<List<Digest>> with = IntStream.rangeClosed(0, path.size())
                .mapToObj(i -> changed(path, all -> {
                    all.add(i, path.isEmpty() ? Digest.of(new byte[0]) : path.get(Math.min(i, path.size() - 1)));
                    return all;
                }));
        Stream<List<Digest>> exchanged = IntStream.range(1, path.size())
                .mapToObj(i -> changed(path, all -> {
                    Collections.swap(all, i - 1, i);
                    return all;
                }));
        return Stream.of(flipped, without, with, exchanged).flatMap(mutants -> mutants);
    }

    private static List<Digest> changed(List<Digest> path, UnaryOperator<List<Digest>> change) {
        return change.apply(new ArrayList<>(path));
    }
}
