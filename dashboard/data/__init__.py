"""The pages' questions, answered from artifacts."""
