//! Objects that name each other by number.

use alloc::vec::Vec;

use crate::own::{OutOfMemory, Own};

/// Number of an object in its slab.
pub(crate) type Index = u16;

/// More than any heap holds; keeps numbers within [`Index`].
const MAX: usize = 1024;

#[derive(Debug)]
enum Place<T> {
    Free,
    /// Its object is being worked on outside the lock.
    Out,
    In(Own<T>),
}

/// Objects by number. Moving one in or out moves a pointer.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    places: Vec<Place<T>>,
}

impl<T> Slab<T> {
    pub(crate) const fn new() -> Self {
        Self { places: Vec::new() }
    }

    /// Makes sure that the next [`insert`](Self::insert) finds a place, and says
    /// which.
    pub(crate) fn reserve(&mut self) -> Result<Index, OutOfMemory> {
        if let Some(index) = self.free_place() {
            return Ok(index as Index);
        }
        if self.places.len() >= MAX {
            return Err(OutOfMemory);
        }
        self.places.try_reserve(1).map_err(|_| OutOfMemory)?;
        self.places.push(Place::Free);
        Ok(self.places.len() as Index - 1)
    }

    /// Gives back what [`reserve`](Self::reserve) took and nobody uses.
    pub(crate) fn trim(&mut self) {
        while matches!(self.places.last(), Some(Place::Free)) {
            self.places.pop();
        }
        if self.places.is_empty() {
            self.places = Vec::new();
        }
    }

    /// Puts an object into a free place; gives it back if there is none.
    pub(crate) fn insert(&mut self, object: Own<T>) -> Result<Index, Own<T>> {
        match self.free_place() {
            Some(index) => {
                self.places[index] = Place::In(object);
                Ok(index as Index)
            }
            None => Err(object),
        }
    }

    pub(crate) fn get(&self, index: Index) -> Option<&T> {
        match self.places.get(usize::from(index)) {
            Some(Place::In(object)) => Some(object),
            _ => None,
        }
    }

    pub(crate) fn get_mut(&mut self, index: Index) -> Option<&mut T> {
        match self.places.get_mut(usize::from(index)) {
            Some(Place::In(object)) => Some(object),
            _ => None,
        }
    }

    /// Takes an object out for a while; its number stays taken.
    pub(crate) fn check_out(&mut self, index: Index) -> Option<Own<T>> {
        let place = self.places.get_mut(usize::from(index))?;
        match core::mem::replace(place, Place::Out) {
            Place::In(object) => Some(object),
            other => {
                *place = other;
                None
            }
        }
    }

    /// Brings an object back.
    pub(crate) fn check_in(&mut self, index: Index, object: Own<T>) {
        if let Some(place) = self.places.get_mut(usize::from(index)) {
            *place = Place::In(object);
        }
    }

    /// Takes an object out for ever.
    pub(crate) fn remove(&mut self, index: Index) -> Option<Own<T>> {
        let object = self.check_out(index)?;
        self.places[usize::from(index)] = Place::Free;
        self.trim();
        Some(object)
    }

    /// All objects that are in, with their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Index, &T)> {
        self.places
            .iter()
            .enumerate()
            .filter_map(|(index, place)| match place {
                Place::In(object) => Some((index as Index, &**object)),
                _ => None,
            })
    }

    /// How many objects there are, in or out.
    pub(crate) fn len(&self) -> u32 {
        let free = |place: &&Place<T>| !matches!(place, Place::Free);
        self.places.iter().filter(free).count() as u32
    }

    fn free_place(&self) -> Option<usize> {
        self.places
            .iter()
            .position(|place| matches!(place, Place::Free))
    }
}
