package dev.writ.audit.postgres;

/** What became of a batch. */
sealed interface Outcome {

    void tell(Cases cases);

    /** One for each outcome there is. */
    interface Cases {

        /** It is durable. */
        void committed();

        /** The database refuses all of it; nothing was written. */
        void refused(Throwable why);

        /**
         * The database refuses a row that one entry implies; nothing was written.
         *
         * @param position of the entry in the batch
         */
        void rowRefused(int position, Throwable why);

        /** The connection was lost before the answer came: it may be durable or not. */
        void unknown(Throwable why);
    }

    record Committed() implements Outcome {
        @Override
        public void tell(Cases cases) {
            cases.committed();
        }
    }

    record Refused(Throwable why) implements Outcome {
        @Override
        public void tell(Cases cases) {
            cases.refused(why);
        }
    }

    record RowRefused(int position, Throwable why) implements Outcome {
        @Override
        public void tell(Cases cases) {
            cases.rowRefused(position, why);
        }
    }

    record Unknown(Throwable why) implements Outcome {
        @Override
        public void tell(Cases cases) {
            cases.unknown(why);
        }
    }
}
